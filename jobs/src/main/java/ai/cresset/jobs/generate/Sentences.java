package ai.cresset.jobs.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sentences of a made-up language about how somebody liked something: {@code reviews.csv} with the
 * columns {@code text} and {@code opinion}, which is good, bad or mixed. Words of praise and blame
 * are turned into their opposite by a word of denial before them, so that counting words is not
 * enough; the order decides. The class follows from the text without exception.
 */
public record Sentences() implements DataGenerator {
  private static final String[] SUBJECTS = {"velo", "morak", "sitta", "panu", "drel", "quib"};
  private static final String[] PRAISE = {"lumi", "sael", "ombra", "vint"};
  private static final String[] BLAME = {"grok", "thud", "nask", "brel"};
  private static final String[] FILLERS = {"ka", "do", "ren", "ish", "ula", "tem", "po", "zan"};
  private static final String DENIAL = "nul";

  @Override
  public String write(Path directory, int size, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("text,opinion"));
    for (int i = 0; i < size; i++) {
      lines.add(sentence(random));
    }
    Files.createDirectories(directory);
    Files.write(directory.resolve("reviews.csv"), lines);
    return size + " sentences in " + directory.resolve("reviews.csv");
  }

  private static String sentence(Random random) {
    List<String> words = new ArrayList<>(List.of(any(SUBJECTS, random)));
    int statements = 1 + random.nextInt(3);
    int good = 0;
    for (int i = 0; i < statements; i++) {
      fill(words, random);
      boolean praise = random.nextBoolean();
      boolean denied = random.nextInt(3) == 0;
      if (denied) {
        words.add(DENIAL);
      }
      words.add(any(praise ? PRAISE : BLAME, random));
      good += praise != denied ? 1 : 0;
    }
    fill(words, random);
    String opinion = good == statements ? "good" : good == 0 ? "bad" : "mixed";
    return String.join(" ", words) + "," + opinion;
  }

  private static void fill(List<String> words, Random random) {
    for (int i = random.nextInt(3); i > 0; i--) {
      words.add(any(FILLERS, random));
    }
  }

  private static String any(String[] words, Random random) {
    return words[random.nextInt(words.length)];
  }
}

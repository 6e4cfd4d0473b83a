package ai.cresset.jobs.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Strings of 3 to 8 letters and the same in reverse: {@code pairs.csv} with the columns {@code
 * source} and {@code target}. The target follows from the source without exception.
 */
public record TurnedWords() implements DataGenerator {
  private static final int LETTERS = 12;

  @Override
  public String write(Path directory, int size, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("source,target"));
    for (int i = 0; i < size; i++) {
      List<String> letters = new ArrayList<>();
      for (int j = 3 + random.nextInt(6); j > 0; j--) {
        letters.add(Character.toString('a' + random.nextInt(LETTERS)));
      }
      String source = String.join(" ", letters);
      Collections.reverse(letters);
      lines.add(source + "," + String.join(" ", letters));
    }
    Files.createDirectories(directory);
    Files.write(directory.resolve("pairs.csv"), lines);
    return size + " pairs in " + directory.resolve("pairs.csv");
  }
}

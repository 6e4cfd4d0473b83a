package ai.cresset.jobs.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataGeneratorTest {
  @TempDir private Path directory = Path.of("");

  private Map<String, byte[]> files(DataGenerator generator, String name, long seed)
      throws IOException {
    Path target = directory.resolve(name);
    generator.write(target, 24, seed);
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(target).filter(Files::isRegularFile)) {
      for (Path each : all.toList()) {
        files.put(each.getFileName().toString(), Files.readAllBytes(each));
      }
    }
    return files;
  }

  @Test
  void theSeedDecidesEveryByte() throws IOException {
    for (DataGenerator generator :
        List.of(
            new Glyphs(),
            new Sentences(),
            new TurnedWords(),
            new SeasonalSeries(),
            new SpokenWords())) {
      String name = generator.getClass().getSimpleName();
      Map<String, byte[]> one = files(generator, name + "1", 5);
      Map<String, byte[]> same = files(generator, name + "2", 5);
      Map<String, byte[]> other = files(generator, name + "3", 6);
      assertEquals(one.keySet(), same.keySet());
      one.forEach((file, bytes) -> assertArrayEquals(bytes, same.get(file), file));
      assertTrue(
          one.keySet().stream()
              .anyMatch(file -> !java.util.Arrays.equals(one.get(file), other.get(file))),
          name);
    }
  }

  /** The best forecast is known because the noise is: without it, it would find every value. */
  @Test
  void whatIsAttainableIsKnown() {
    assertEquals(0.5 * Math.sqrt((1 + 2.25 + 4 + 6.25) / 4), SeasonalSeries.attainable(1), 1e-12);
    double two = 0.25 * (1 + (1 + 0.64)) / 2;
    assertEquals(Math.sqrt(two * (1 + 2.25 + 4 + 6.25) / 4), SeasonalSeries.attainable(2), 1e-12);
  }

  @Test
  void glyphsAreInkOnPaper() throws IOException {
    Map<String, byte[]> files = files(new Glyphs(), "glyphs", 1);
    byte[] images = Objects.requireNonNull(files.get("train-images-idx3-ubyte"));
    assertEquals(16 + 20 * 28 * 28, images.length);
    for (int i = 0; i < 20; i++) {
      int dark = 0;
      for (int j = 0; j < 784; j++) {
        dark += (images[16 + i * 784 + j] & 0xff) > 128 ? 1 : 0;
      }
      assertTrue(dark > 30 && dark < 350, "image " + i + " has " + dark + " dark elements");
    }
  }

  @Test
  void targetsFollowFromTexts() throws IOException {
    files(new TurnedWords(), "pairs", 1);
    for (String line : Files.readAllLines(directory.resolve("pairs/pairs.csv")).subList(1, 25)) {
      String[] parts = line.split(",");
      assertEquals(new StringBuilder(parts[0]).reverse().toString(), parts[1]);
    }
    files(new Sentences(), "sentences", 1);
    List<String> praise = List.of("lumi", "sael", "ombra", "vint");
    List<String> blame = List.of("grok", "thud", "nask", "brel");
    for (String line :
        Files.readAllLines(directory.resolve("sentences/reviews.csv")).subList(1, 25)) {
      String[] words = line.substring(0, line.indexOf(',')).split(" ");
      int good = 0;
      int bad = 0;
      for (int i = 0; i < words.length; i++) {
        boolean denied = i > 0 && words[i - 1].equals("nul");
        good += praise.contains(words[i]) && !denied || blame.contains(words[i]) && denied ? 1 : 0;
        bad += praise.contains(words[i]) && denied || blame.contains(words[i]) && !denied ? 1 : 0;
      }
      String expected = bad == 0 ? "good" : good == 0 ? "bad" : "mixed";
      assertEquals(expected, line.substring(line.indexOf(',') + 1), line);
    }
  }
}

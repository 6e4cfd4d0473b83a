package ai.cresset.jobs.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.recipe.TextDataSettings;
import ai.cresset.jobs.recipe.TextDataSettings.Split;
import ai.cresset.jobs.recipe.TextDataSettings.TokenizerKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextCorpusTest {
  private static SparkSession spark;
  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void start(@TempDir Path scratch) {
    spark = LocalSpark.start(scratch);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TextDataSettings settings(Path path, Split split, double fraction) {
    return settings(path.toString(), split, fraction, List.of("*.txt", "*.scala"));
  }

  private static TextDataSettings settings(
      String path, Split split, double fraction, List<String> include) {
    return new TextDataSettings(
        path,
        include,
        List.of("left-out.*"),
        split,
        7,
        fraction,
        TokenizerKind.CHAR,
        5,
        5_000,
        "unused");
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path zip(String name, Map<String, String> entries) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  /** The text of a split; its rows must follow each other without a gap, in order. */
  private static String text(TextCorpus corpus, Dataset<Row> rows) {
    StringBuilder text = new StringBuilder();
    long offset = 0;
    long document = 0;
    for (Row row : rows.collectAsList()) {
      assertEquals(offset, row.<Long>getAs("offset"));
      assertTrue(row.<Long>getAs("document") >= document);
      document = row.getAs("document");
      List<Integer> tokens = row.getList(row.fieldIndex("tokens"));
      assertTrue(!tokens.isEmpty());
      offset += tokens.size();
      text.append(corpus.tokenizer().decode(tokens.stream().mapToInt(Integer::intValue).toArray()));
    }
    return text.toString();
  }

  private static List<String> paths(Dataset<Row> rows) {
    return rows.select("path").distinct().collectAsList().stream()
        .map(r -> r.getString(0))
        .sorted()
        .toList();
  }

  private static String refusal(TextDataSettings settings) {
    Throwable failure =
        assertThrows(Throwable.class, () -> TextCorpus.read(spark, settings).close());
    while (!(failure instanceof DataException) && failure.getCause() != null) {
      failure = failure.getCause();
    }
    return String.valueOf(assertInstanceOf(DataException.class, failure).getMessage());
  }

  @Test
  void aFileIsCutAtThePosition() throws IOException {
    Path file = write("a file [1],{x}.text", "0123456789\u00e9bcdef\ud83d\ude00hi");
    try (TextCorpus corpus = TextCorpus.read(spark, settings(file, Split.POSITION, 0.25))) {
      assertEquals("0123456789\u00e9bcd", text(corpus, corpus.train()));
      assertEquals("ef\ud83d\ude00hi", text(corpus, corpus.validation()));
      assertEquals(19, corpus.tokenizer().vocabularySize());
      assertEquals(List.of("a file [1],{x}.text"), paths(corpus.train()));
      assertEquals(new TextSummary(1, 0, 0, 0, 0, 1, 0, 19, 1, 14, 1, 5), corpus.summary());
    }
  }

  @Test
  void aDirectoryIsReadInOrderOfNames() throws IOException {
    write("d/b.txt", "bb");
    write("d/a/z.scala", "az");
    write("d/a/empty.txt", "");
    write("d/c.bin", "not read");
    write("d/.hidden/x.txt", "not read");
    write("d/_SUCCESS", "");
    write("d/left-out.txt", "not read");
    zip("d/c.zip", Map.of("in/side.txt", "zip", "in/side.class", "not read"));
    TextDataSettings settings = settings(directory.resolve("d"), Split.POSITION, 0.2);
    try (TextCorpus corpus = TextCorpus.read(spark, settings)) {
      assertEquals("azbbz", text(corpus, corpus.train()));
      assertEquals("ip", text(corpus, corpus.validation()));
      assertEquals(List.of("a/z.scala", "b.txt", "c.zip!in/side.txt"), paths(corpus.train()));
      assertEquals(new TextSummary(4, 1, 2, 2, 1, 4, 1, 7, 3, 5, 1, 2), corpus.summary());
      assertTrue(
          corpus.summary().describe().contains("documents   3 used, 1 dropped (empty)"),
          corpus.summary().describe());
    }
  }

  @Test
  void globsMayNameFilesAndDirectories() throws IOException {
    write("g/1/a.log", "one");
    write("g/2/b.txt", "two");
    write("g/3/c.txt", "three");
    TextDataSettings settings =
        settings(directory + "/g/{1/*.log,2}", Split.POSITION, 0.5, List.of("*.txt"));
    try (TextCorpus corpus = TextCorpus.read(spark, settings)) {
      assertEquals("onetwo", text(corpus, corpus.train()) + text(corpus, corpus.validation()));
      assertEquals(List.of("1/a.log"), paths(corpus.train()));
    }
  }

  @Test
  void archivesGiveADocumentPerEntry() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("z/Last.scala", "last");
    entries.put("../up.scala", "up");
    entries.put("dir/", "");
    entries.put("META-INF/x.class", "no");
    entries.put("a/First.scala", "first");
    Path archive = zip("odd [name].jar", entries);
    try (TextCorpus corpus = TextCorpus.read(spark, settings(archive, Split.POSITION, 0.1))) {
      assertEquals("upfirstla", text(corpus, corpus.train()));
      assertEquals("st", text(corpus, corpus.validation()));
      assertEquals(1, corpus.summary().skippedEntries());
      assertTrue(paths(corpus.train()).contains("odd [name].jar!../up.scala"));
    }
  }

  @Test
  void splitsDoNotDependOnPartitionsOrPieces() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String text =
          random
              .ints(random.nextInt(400), 0, 3000)
              .mapToObj(c -> c == 0 ? "\ud83d\ude00" : Character.toString(c))
              .reduce("", String::concat);
      write(String.format("p/%02d.txt", i), text);
      all.append(text);
    }
    for (Split split : Split.values()) {
      List<String> results = new ArrayList<>();
      for (int partitions : new int[] {1, 3, 17}) {
        int piece = partitions == 1 ? 1 << 20 : 7 * partitions;
        TextDataSettings settings = settings(directory.resolve("p"), split, 0.3);
        try (TextCorpus corpus =
            TextCorpus.read(spark, settings, partitions, piece, 1000L * partitions)) {
          String train = text(corpus, corpus.train());
          String validation = text(corpus, corpus.validation());
          if (split == Split.POSITION) {
            assertEquals(all.toString(), train + validation, () -> "seed " + seed);
            int points = all.codePointCount(0, all.length());
            assertEquals(
                (int) (points * (1 - 0.3)),
                train.codePointCount(0, train.length()),
                () -> "seed " + seed);
          } else {
            assertEquals(all.length(), train.length() + validation.length(), () -> "seed " + seed);
            List<String> both = new ArrayList<>(paths(corpus.train()));
            both.retainAll(paths(corpus.validation()));
            assertEquals(List.of(), both, () -> "seed " + seed);
          }
          results.add(train + "|" + validation + corpus.summary());
        }
      }
      assertEquals(results.get(0), results.get(1), () -> "seed " + seed);
      assertEquals(results.get(0), results.get(2), () -> "seed " + seed);
    }
  }

  @Test
  void documentSplitsDoNotChangeWhenDataMove() throws IOException {
    for (String root : new String[] {"here", "else/where"}) {
      for (int i = 0; i < 30; i++) {
        write(root + "/" + i + ".txt", "document " + i);
      }
    }
    TextDataSettings here = settings(directory.resolve("here"), Split.DOCUMENT, 0.3);
    TextDataSettings there = settings(directory.resolve("else/where"), Split.DOCUMENT, 0.3);
    try (TextCorpus a = TextCorpus.read(spark, here);
        TextCorpus b = TextCorpus.read(spark, there)) {
      assertEquals(paths(a.validation()), paths(b.validation()));
      long chosen = a.summary().validationDocuments();
      assertTrue(chosen > 2 && chosen < 18, () -> chosen + " of 30");
    }
  }

  @Test
  void badInputsEndWithOneClearMessage() throws IOException {
    Path absent = directory.resolve("absent.txt");
    assertEquals(
        "data.path: '" + absent + "' does not exist (looked for file:" + absent + ")",
        refusal(settings(absent, Split.POSITION, 0.5)));
    assertTrue(
        refusal(settings(directory.resolve("*.nothing"), Split.POSITION, 0.5))
            .startsWith("data.path: nothing matches"));
    assertTrue(
        refusal(settings("nofs://host/x", Split.POSITION, 0.5, List.of("*")))
            .contains("No FileSystem for scheme \"nofs\""));
    write("none/x.bin", "x");
    assertTrue(
        refusal(settings(directory.resolve("none"), Split.POSITION, 0.5))
            .contains(
                "holds no file that matches data.include [*.txt, *.scala] and not data.exclude"
                    + " [left-out.*] (1 others"));
    assertTrue(
        refusal(settings(write("empty.txt", ""), Split.POSITION, 0.5))
            .endsWith("holds no text: all of its 1 documents are empty; name a file with text"));
    assertTrue(
        refusal(settings(write("one.txt", "a"), Split.DOCUMENT, 0.0001))
            .endsWith(
                "leaves nothing for validation: data.validation_fraction 1.0E-4 chose 0 of 1"
                    + " documents; set data.split=position, or another data.split_seed"));
    assertTrue(
        refusal(settings(write("two.txt", "a"), Split.POSITION, 0.5))
            .contains("leaves nothing for training"));
    Path latin =
        Files.write(directory.resolve("latin.txt"), new byte[] {'a', 'b', (byte) 0xe9, 'c'});
    assertTrue(
        refusal(settings(latin, Split.POSITION, 0.5))
            .contains("latin.txt: not UTF-8 text: the byte at offset 2 is 0xe9"));
    Path cut = Files.write(directory.resolve("cut.txt"), new byte[] {'a', (byte) 0xc3});
    assertTrue(
        refusal(settings(cut, Split.POSITION, 0.5)).contains("the byte at offset 1 is 0xc3"));
  }

  @Test
  void badArchivesEndWithOneClearMessage() throws IOException {
    assertTrue(
        refusal(settings(write("false.zip", "text"), Split.POSITION, 0.5))
            .contains("false.zip: not a ZIP archive"));
    Path bomb = zip("bomb.zip", Map.of("big.txt", "a".repeat(5_001)));
    assertTrue(
        refusal(settings(bomb, Split.POSITION, 0.5))
            .contains("bomb.zip!big.txt: unpacks to more than 5000 bytes; raise"));
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      many.put(i + ".txt", "x");
    }
    assertTrue(
        refusal(settings(zip("many.zip", many), Split.POSITION, 0.5))
            .contains("many.zip: more than 5 entries; raise data.max_entries"));
    Path whole = zip("whole.zip", Map.of("a.txt", "abcdefgh".repeat(100)));
    byte[] bytes = Files.readAllBytes(whole);
    Path damaged = Files.write(directory.resolve("damaged.zip"), Arrays.copyOf(bytes, 45));
    assertTrue(
        refusal(settings(damaged, Split.POSITION, 0.5)).contains("damaged.zip"),
        refusal(settings(damaged, Split.POSITION, 0.5)));
    assertTrue(
        refusal(settings(zip("other.zip", Map.of("x.class", "x")), Split.POSITION, 0.5))
            .contains("no archive entry matches data.include"));
  }
}

package ai.cresset.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.image.ImageCorpus;
import ai.cresset.jobs.image.Labels;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.sequence.SequenceCorpus;
import ai.cresset.jobs.split.ClassSplit.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same rows come out of every format, and what cannot be used is named by its row. */
@NullUnmarked
final class FileFormatsTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final int ROWS = 40;
  private static final int IMAGE = 3 * 32 * 32;

  @TempDir private static Path directory;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(directory);
    StringBuilder csv = new StringBuilder("text,size,mark,outcome\n");
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      String size = i % 7 == 3 ? "" : String.valueOf(i / 4.0);
      String outcome = i % 3 == 0 ? "good" : "bad";
      csv.append("a b").append(i % 5).append(',').append(size).append(',').append(i % 2 == 0);
      csv.append(',').append(outcome).append('\n');
      json.append(i == 0 ? "{" : "{\"outcome\": \"" + outcome + "\", ");
      json.append("\"text\": \"a b").append(i % 5).append('"');
      json.append(size.isEmpty() ? "" : ", \"size\": " + size);
      json.append(", \"mark\": ").append(i % 2 == 0);
      json.append(i == 0 ? ", \"outcome\": \"" + outcome + "\"}\n" : "}\n");
    }
    Files.writeString(directory.resolve("rows.csv"), csv);
    Files.writeString(directory.resolve("rows.jsonl"), json);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("packed.jsonl.gz")))) {
      out.write(json.toString().getBytes(StandardCharsets.UTF_8));
    }
    spark
        .read()
        .schema("text string, size double, mark boolean, outcome string")
        .option("header", "true")
        .csv(directory.resolve("rows.csv").toString())
        .coalesce(1)
        .write()
        .parquet(directory.resolve("rows.parquet").toString());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<String> overrides(String file, String... more) {
    List<String> all = new ArrayList<>(List.of("data.path=" + directory.resolve(file)));
    all.addAll(List.of(more));
    return all;
  }

  private static List<String> table(String file, String... more) {
    List<String> all = overrides(file, "data.label=outcome", "data.missing=fill");
    all.addAll(List.of(more));
    TableRecipe recipe = (TableRecipe) Recipe.read(CONF.resolve("tabular-mlp.yaml"), all);
    List<String> found = new ArrayList<>();
    try (TableCorpus corpus = TableCorpus.read(spark, recipe.data())) {
      found.add(corpus.summary().columns().toString());
      for (Part part : Part.values()) {
        corpus.frame(part).collectAsList().forEach(row -> found.add(row.toString()));
      }
      found.add(String.valueOf(corpus.summary().skippedRows()));
    }
    return found;
  }

  private static List<String> texts(String file, String... more) {
    List<String> all = overrides(file, "data.target=outcome");
    all.addAll(List.of(more));
    SequenceRecipe recipe = (SequenceRecipe) Recipe.read(CONF.resolve("text-classifier.yaml"), all);
    List<String> found = new ArrayList<>();
    try (SequenceCorpus corpus = SequenceCorpus.read(spark, recipe.data())) {
      found.add(corpus.summary().describe());
      for (Part part : Part.values()) {
        corpus.frame(part).collectAsList().forEach(row -> found.add(row.toString()));
      }
    }
    return found;
  }

  private static String refused(org.junit.jupiter.api.function.Executable what) {
    Throwable failure = assertThrows(Exception.class, what);
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof CressetException) {
        return String.valueOf(each.getMessage());
      }
    }
    throw new AssertionError(failure);
  }

  @Test
  void aTableIsTheSameInEveryFormat() {
    List<String> expected = table("rows.csv");
    assertEquals(expected, table("rows.jsonl"));
    assertEquals(expected, table("packed.jsonl.gz"));
    assertEquals(expected, table("rows.parquet"));
  }

  @Test
  void textsAreTheSameInEveryFormat() {
    List<String> expected = texts("rows.csv");
    assertEquals(expected, texts("rows.jsonl"));
    assertEquals(expected, texts("rows.parquet"));
  }

  @Test
  void rowsThatCannotBeUsedAreNamed() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("rows.jsonl"));
    lines.set(4, "{broken");
    lines.set(9, "{\"text\": \"a\", \"colour\": 3, \"outcome\": \"good\"}");
    lines.set(12, "{\"text\": [\"a\"], \"outcome\": \"good\"}");
    lines.set(14, "{\"text\": \"a\", \"outcome\": null}");
    Files.write(directory.resolve("bad.jsonl"), lines);
    assertEquals(
        "bad.jsonl: row 5 is no JSON object; mend it, or data.invalid=skip, which leaves such rows"
            + " out",
        refused(() -> table("bad.jsonl")));
    List<String> rest = table("bad.jsonl", "data.invalid=skip");
    assertEquals("4", rest.get(rest.size() - 1));
    assertEquals(2 + ROWS - 4, rest.size());
    lines.set(4, lines.get(0));
    Files.write(directory.resolve("bad.jsonl"), lines);
    assertTrue(
        refused(() -> table("bad.jsonl"))
            .startsWith(
                "bad.jsonl: row 10 has a value 'colour', which is none of the columns [text, size,"
                    + " mark, outcome];"));
    assertEquals(
        "bad.jsonl: row 15 has no class in column 'outcome'; mend it, or set data.invalid=skip,"
            + " which leaves such rows out",
        refused(() -> texts("bad.jsonl")));
  }

  @Test
  void filesOfAnotherFormatAreRefused() throws IOException {
    String text = refused(() -> table("rows.csv", "data.format=parquet"));
    assertTrue(text.startsWith("rows.csv: cannot be read as Parquet: "), text);
    assertTrue(
        refused(() -> table("rows.csv", "data.format=json"))
            .startsWith("rows.csv: row 1 is no JSON object, which names the columns"));
    Path mixed = Files.createDirectories(directory.resolve("mixed"));
    Files.copy(directory.resolve("rows.csv"), mixed.resolve("a.csv"));
    Files.copy(directory.resolve("rows.jsonl"), mixed.resolve("b.jsonl"));
    String expected =
        "data.format: expected csv, json or parquet, because '"
            + mixed
            + "' has files of several formats, got auto";
    assertEquals(expected, refused(() -> table("mixed")));
    assertEquals(expected, refused(() -> texts("mixed")));
    assertEquals(table("rows.csv"), table("mixed", "data.format=csv"));
    spark.sql("select array(1) many, 'a' outcome").write().parquet(directory + "/odd.parquet");
    assertTrue(refused(() -> table("odd.parquet")).contains("column 'many' holds "));
  }

  private static byte[] cifar(int labelBytes, int count, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[labelBytes + IMAGE];
      random.nextBytes(image);
      image[0] = 1;
      image[labelBytes - 1] = (byte) (i % 3);
      image[labelBytes] = (byte) i;
      out.write(image);
    }
    return out.toByteArray();
  }

  private static ImageRecipe images(String file) {
    return (ImageRecipe) Recipe.read(CONF.resolve("image-cnn.yaml"), overrides(file));
  }

  @Test
  void binaryFilesOfCifarAreImages() throws IOException {
    Random random = new Random(1);
    Path ten = Files.createDirectories(directory.resolve("ten"));
    Files.write(ten.resolve("data_batch_1.bin"), cifar(1, 20, random));
    Files.write(ten.resolve("data_batch_2.bin"), cifar(1, 10, random));
    Files.write(ten.resolve("test_batch.bin"), cifar(1, 6, random));
    Files.writeString(ten.resolve("batches.meta.txt"), "airplane\nautomobile\nbird\n\n");
    Path hundred = Files.createDirectories(directory.resolve("hundred"));
    Files.write(hundred.resolve("train.bin"), cifar(2, 30, random));
    Files.write(hundred.resolve("test.bin"), cifar(2, 6, random));
    for (String file : List.of("ten", "hundred")) {
      ImageCorpus.check(new Configuration(), images(file).data(), Labels.READ);
      try (ImageCorpus corpus = ImageCorpus.open(spark, images(file).data(), Labels.READ)) {
        List<String> names =
            file.equals("ten") ? List.of("airplane", "automobile", "bird") : List.of("0", "1", "2");
        assertEquals(names, corpus.summary().classes());
        assertEquals(32, corpus.summary().height());
        assertEquals(3, corpus.summary().channels());
        assertEquals(6, corpus.frame(Part.TEST).count());
        List<Integer> seen = new ArrayList<>();
        Stream.of(Part.TRAIN, Part.VALIDATION)
            .flatMap(part -> corpus.frame(part).collectAsList().stream())
            .forEach(
                row -> {
                  byte[] image = (byte[]) row.get(0);
                  assertEquals(IMAGE, image.length);
                  assertEquals(image[0] % 3, row.getLong(1));
                  seen.add((int) image[0]);
                });
        assertEquals(30, seen.size());
        assertEquals(file.equals("ten") ? 20 : 30, seen.stream().distinct().count());
      }
    }
    Files.write(ten.resolve("data_batch_2.bin"), Arrays.copyOf(new byte[0], 5000));
    assertEquals(
        "data_batch_2.bin: expected images of 3073 bytes each, got 5000 bytes in all; use another"
            + " copy of it",
        refused(() -> ImageCorpus.check(new Configuration(), images("ten").data(), Labels.READ)));
    Files.delete(hundred.resolve("test.bin"));
    assertTrue(
        refused(() -> ImageCorpus.check(new Configuration(), images("hundred").data(), Labels.READ))
            .endsWith("' has no file test.bin beside train.bin"));
  }
}

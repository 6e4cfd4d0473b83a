package ai.cresset.jobs.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.TableDataSettings;
import ai.cresset.jobs.recipe.TableRecipe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are read in parts have every row once, in order, with its number. */
@NullUnmarked
final class CsvPartsTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final int PART_BYTES = 200;

  @TempDir private static Path directory;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start(directory);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TableDataSettings settings(Path path) {
    List<String> overrides = List.of("data.path=" + path, "data.label=name");
    return ((TableRecipe) Recipe.read(CONF.resolve("tabular-mlp.yaml"), overrides)).data();
  }

  private static TableReader reader(Path path, long partBytes) {
    Configuration configuration = new Configuration();
    TableFiles files = TableFiles.of(settings(path), configuration);
    return new TableReader(
        files, settings(path), new SerializableConfiguration(configuration), partBytes);
  }

  private static List<String> rows(TableReader reader, int parts) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<RowRange> ranges = reader.ranges(context);
    assertTrue(parts == 0 ? ranges.size() > 10 : ranges.size() == parts, ranges.toString());
    return reader.read(context, ranges).collect().stream()
        .map(row -> row.number() + " " + Arrays.toString(row.values()))
        .toList();
  }

  private static String text(String end, String value, boolean lastEnd) {
    StringBuilder text = new StringBuilder("x,name").append(end);
    for (int i = 1; i <= 400; i++) {
      text.append(i).append(',').append(value).append(i % 7).append(end);
      if (i % 50 == 0) {
        text.append(end); // an empty line is no row
      }
    }
    return lastEnd ? text.toString() : text.substring(0, text.length() - 2 * end.length());
  }

  @Test
  void partsGiveTheRowsOfTheWhole() throws IOException {
    for (String end : List.of("\n", "\r\n")) {
      for (boolean lastEnd : List.of(true, false)) {
        Path file = directory.resolve("plain.csv");
        Files.writeString(file, text(end, "Köln ", lastEnd));
        List<String> whole = rows(reader(file, Long.MAX_VALUE), 1);
        assertEquals(400, whole.size());
        assertEquals("400 [400, Köln 1]", whole.get(399));
        assertEquals(whole, rows(reader(file, PART_BYTES), 0));
      }
    }
  }

  @Test
  void whereALineIsNoRowOneTaskReads() throws IOException {
    Path file = directory.resolve("quoted.csv");
    Files.writeString(file, text("\n", "a", true) + "7,\"two\nlines\"\n");
    assertEquals(401, rows(reader(file, PART_BYTES), 1).size());
    Path mixed = directory.resolve("mixed.csv");
    Files.writeString(mixed, text("\r\n", "a", true) + "7,b\n");
    rows(reader(mixed, PART_BYTES), 1);
    Path packed = directory.resolve("packed.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(text("\n", "a", true).getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(400, rows(reader(packed, PART_BYTES), 1).size());
    Path several = Files.createDirectory(directory.resolve("several"));
    Files.copy(file, several.resolve("a.csv"));
    Files.writeString(several.resolve("b.csv"), text("\n", "b", true));
    List<String> both = rows(reader(several, PART_BYTES), 0);
    assertEquals(rows(reader(several, Long.MAX_VALUE), 2), both);
  }

  @Test
  void theNumberOfAWrongRowIsThatInTheFile() throws IOException {
    Path file = directory.resolve("wrong.csv");
    Files.writeString(file, text("\n", "a", true).replace("333,a4\n", "333\n"));
    TableReader reader = reader(file, PART_BYTES);
    Throwable failure = assertThrows(Exception.class, () -> rows(reader, 0));
    assertTrue(
        Stream.iterate(failure, each -> each != null, Throwable::getCause)
            .anyMatch(each -> String.valueOf(each.getMessage()).contains("row 333 has 1 value,")),
        failure.toString());
  }

  /** Every way to cut a small text in two or three gives each line once. */
  @Test
  void linesOfRangesAreThoseOfTheText() throws IOException {
    for (String text : List.of("a\nbc\n\ndef\n", "a\nbc\n\ndef", "\n\n", "abc", "x\n")) {
      Path file = directory.resolve("lines.txt");
      Files.writeString(file, text);
      for (int first = 0; first <= text.length(); first++) {
        for (int second = first; second <= text.length(); second++) {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          copy(file, 0, first, all);
          copy(file, first, second, all);
          copy(file, second, text.length(), all);
          assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), all.toByteArray());
        }
      }
    }
  }

  private static void copy(Path file, long begin, long end, OutputStream into) throws IOException {
    FileSystem local = FileSystem.getLocal(new Configuration());
    try (InputStream in =
        new LineRange(local.open(new org.apache.hadoop.fs.Path(file.toString())), begin, end)) {
      in.transferTo(into);
    }
  }
}

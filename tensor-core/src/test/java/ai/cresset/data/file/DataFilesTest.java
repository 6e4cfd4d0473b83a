package ai.cresset.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.DataLoader;
import ai.cresset.data.IterableDataset;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.Sample;
import ai.cresset.data.Share;
import ai.cresset.data.StreamPlan;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DataFilesTest {
  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;

  @TempDir private Path directory;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      out.write(bytes);
    }
    return file;
  }

  @Test
  void idxFilesBecomeImagesAndLabels() throws IOException {
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, (byte) 200};
    Path labels = file("labels", new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 7, 9});
    for (String name : List.of("images", "images.gz")) {
      try (Scope scope = Scope.open();
          TensorDataset data = IdxFiles.read(file(name, images), labels)) {
        Batch batch = data.gather(new long[] {1});
        assertEquals("uint8[1, 1, 1, 3]", batch.inputs().spec().toString());
        assertArrayEquals(new long[] {4, 5, 200}, batch.inputs().toLongArray());
        assertArrayEquals(new long[] {9}, batch.targets().toLongArray());
      }
    }
    Path cut = file("cut", Arrays.copyOf(images, images.length - 1));
    DataException error = assertThrows(DataException.class, () -> IdxFiles.read(cut, labels));
    assertTrue(error.getMessage().startsWith(cut + ": truncated: its header promises 2 items"));
    DataException none =
        assertThrows(
            DataException.class, () -> IdxFiles.read(directory.resolve("none"), labels));
    assertEquals(directory.resolve("none") + ": there is no such file", none.getMessage());
  }

  @Test
  void cifarFilesBecomeImagesAndLabels() throws IOException {
    byte[] ten = new byte[2 * 3073];
    ten[0] = 3;
    ten[1] = (byte) 255;
    ten[3073] = 9;
    byte[] hundred = new byte[3074];
    hundred[0] = 11;
    hundred[1] = 77;
    Path first = file("data_batch_1.bin", ten);
    Path fine = file("train.bin", hundred);
    try (Scope scope = Scope.open();
        TensorDataset data = CifarFiles.read(CifarFiles.Labels.TEN, List.of(first, first));
        TensorDataset other = CifarFiles.read(CifarFiles.Labels.FINE, List.of(fine))) {
      Batch batch = data.gather(new long[] {0, 3});
      assertEquals("uint8[2, 3, 32, 32]", batch.inputs().spec().toString());
      assertEquals(255, batch.inputs().sum().item());
      assertArrayEquals(new long[] {3, 9}, batch.targets().toLongArray());
      assertArrayEquals(new long[] {77}, other.gather(new long[] {0}).targets().toLongArray());
    }
    assertThrows(
        DataException.class, () -> CifarFiles.read(CifarFiles.Labels.TEN, List.of(fine)));
    ten[3073] = 10;
    Path wrong = file("wrong.bin", ten);
    DataException error =
        assertThrows(
            DataException.class, () -> CifarFiles.read(CifarFiles.Labels.TEN, List.of(wrong)));
    assertEquals(
        wrong + ": image 1 has the label 10, expected 0 to 9; are CIFAR-10 and CIFAR-100 confused?",
        error.getMessage());
  }

  @Test
  void csvHasQuotesAndEveryKindOfLineEnd() throws IOException {
    Path file = directory.resolve("a.csv");
    Files.writeString(file, "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n2,\n\"\",w");
    try (CsvReader reader = new CsvReader(file, ',')) {
      assertEquals(new CsvReader.Row(1, List.of("a", "b")), reader.next());
      assertEquals(new CsvReader.Row(2, List.of("1", "x, \"y\"\nz")), reader.next());
      assertEquals(new CsvReader.Row(5, List.of("2", "")), reader.next());
      assertEquals(new CsvReader.Row(6, List.of("", "w")), reader.next());
      assertNull(reader.next());
    }
    Files.writeString(file, "a\n\"open\n");
    try (CsvReader reader = new CsvReader(file, ',')) {
      reader.next();
      DataException error = assertThrows(DataException.class, reader::next);
      assertEquals(
          file + " line 2: a quote is opened in this row and never closed", error.getMessage());
    }
  }

  @Test
  void csvTablesBecomeNumbersAndRaggedRowsAreCounted() throws IOException {
    Path file = directory.resolve("flowers.csv");
    Files.writeString(file, "x;kind;y\n1;rose;2\n3;aster\n5;aster;6\n");
    CsvTable table = CsvTable.read(file, ';', true);
    assertEquals(1, table.skipped());
    assertEquals(
        List.of(file + " line 3: 2 values, the header names 3 columns"), table.reasons());
    try (Scope scope = Scope.open();
        TensorDataset data = table.dataset(List.of("y", "x"), "kind")) {
      Batch batch = data.gather(new long[] {0, 1});
      assertArrayEquals(new float[] {2, 1, 6, 5}, batch.inputs().toFloatArray());
      assertArrayEquals(new long[] {1, 0}, batch.targets().toLongArray());
    }
    assertEquals(
        file + " line 3: 2 values, the header names 3 columns",
        assertThrows(DataException.class, () -> CsvTable.read(file, ';', false)).getMessage());
    assertEquals(
        file + " line 2: column 'kind': expected a number, got 'rose'",
        assertThrows(DataException.class, () -> table.numbers("kind")).getMessage());
    assertThrows(DataException.class, () -> table.numbers("z"));
  }

  @Test
  void linesOfJsonAreRowsAndStreamThroughALoader() throws IOException {
    Path file = file("a.jsonl.gz", "{\"n\": 1}\n\n{\"n\": 2}\n{\"n\": 3}\n".getBytes(StandardCharsets.UTF_8));
    IterableDataset numbers =
        IterableDataset.of(
            epoch -> JsonLines.stream(file),
            row -> Sample.of(Tensor.of(new float[] {row.get("n").floatValue()}, 1)));
    try (DataLoader loader =
        DataLoader.start(
            numbers, new StreamPlan(2), Share.ALL, LoaderOptions.DEFAULT.withWorkers(2))) {
      try (LoadedStep step = loader.next()) {
        assertArrayEquals(
            new float[] {1, 2}, step.microBatches().get(0).inputs().toFloatArray());
      }
      loader.next().close();
      assertNull(loader.next());
    }
    Path torn = directory.resolve("torn.jsonl");
    Files.writeString(torn, "{\"n\": 1}\n{\"n\": \n[1]\n");
    try (Stream<JsonLines.Row> rows = JsonLines.stream(torn)) {
      String text = assertThrows(DataException.class, rows::toList).getMessage();
      assertTrue(text.startsWith(torn + " line 2: no JSON: "), text);
    }
    Files.writeString(torn, "{\"n\": 1}\n");
    try (Stream<JsonLines.Row> rows = JsonLines.stream(torn)) {
      JsonLines.Row row = rows.findFirst().orElseThrow();
      assertEquals(
          torn + " line 1: no value 'm'",
          assertThrows(DataException.class, () -> row.get("m")).getMessage());
    }
  }
}

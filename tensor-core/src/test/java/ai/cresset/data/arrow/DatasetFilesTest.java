package ai.cresset.data.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DatasetFilesTest {
  private static final DatasetSchema SCHEMA =
      DatasetSchema.of(
          new Column("flag", new ColumnType.Scalar(DType.BOOL)),
          new Column("label", new ColumnType.Scalar(DType.INT64)),
          new Column("pixels", new ColumnType.FixedArray(DType.FLOAT32, 3)),
          new Column("tokens", new ColumnType.VariableArray(DType.INT32)),
          new Column("raw", new ColumnType.Binary()),
          new Column("title", new ColumnType.Text()));

  private final Allocator allocator = Allocator.create("test", 1L << 30);
  @TempDir Path directory;

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
  }

  private static void fill(BatchBuffer buffer, long row) {
    NativeMemory.putByte(buffer.column(0).nextRows(1), (byte) (row % 2));
    NativeMemory.putLong(buffer.column(1).nextRows(1), row * 1_000_000_007L);
    long pixels = buffer.column(2).nextRows(1);
    for (int i = 0; i < 3; i++) {
      NativeMemory.putFloat(pixels + 4L * i, row + i / 4f);
    }
    int length = (int) (row % 5);
    long tokens = buffer.column(3).nextRow(length);
    for (int i = 0; i < length; i++) {
      NativeMemory.putInt(tokens + 4L * i, (int) row * 10 + i);
    }
    for (int column = 4; column < 6; column++) {
      byte[] text = ("row " + row).getBytes(StandardCharsets.UTF_8);
      NativeMemory.write(text, 0, buffer.column(column).nextRow(text.length), text.length);
    }
  }

  private Manifest write(Path to, int rowsPerBatch, long... rowsOfParts) throws IOException {
    long row = 0;
    try (DirectoryWriter writer = new DirectoryWriter(to, SCHEMA, allocator);
        BatchBuffer buffer = new BatchBuffer(SCHEMA, allocator, rowsPerBatch, 1 << 20)) {
      for (int part = 0; part < rowsOfParts.length; part++) {
        if (part > 0) {
          writer.nextPart();
        }
        for (long i = 0; i < rowsOfParts[part]; i++) {
          fill(buffer, row++);
          if (buffer.isFull() || i + 1 == rowsOfParts[part]) {
            try (ColumnBatch batch = buffer.view()) {
              writer.append(batch);
            }
            buffer.clear();
          }
        }
      }
      return writer.finish(Map.of("source", "test"));
    }
  }

  private static void checkRow(DatasetReader reader, long row) {
    assertEquals(row % 2, NativeMemory.getByte(reader.address(0, row)), "row " + row);
    assertEquals(row * 1_000_000_007L, NativeMemory.getLong(reader.address(1, row)));
    assertEquals(row + 0.5f, NativeMemory.getFloat(reader.address(2, row) + 8));
    assertEquals(row % 5, reader.length(3, row));
    for (int i = 0; i < row % 5; i++) {
      assertEquals((int) row * 10 + i, NativeMemory.getInt(reader.address(3, row) + 4L * i));
    }
    byte[] text = new byte[reader.length(5, row)];
    NativeMemory.read(reader.address(5, row), text, 0, text.length);
    assertEquals("row " + row, new String(text, StandardCharsets.UTF_8));
  }

  @Test
  void everyFormSurvivesTheWayThroughFilesOfSeveralPartsAndBatches() throws IOException {
    Manifest written = write(directory, 7, 0, 1, 20, 0, 100);
    try (DatasetReader reader = new DatasetReader(new DirectorySource(directory))) {
      assertEquals(121, reader.rows());
      assertEquals(SCHEMA, reader.schema());
      assertEquals(written.fingerprint(), reader.manifest().fingerprint());
      assertEquals("test", reader.manifest().properties().get("source"));
      for (long row = 0; row < reader.rows(); row++) {
        checkRow(reader, row);
      }
      assertEquals(15, reader.part(4).batchCount());
    }
  }

  @Test
  void rowsAreGatheredInAnyOrder() throws IOException {
    write(directory, 7, 30, 70);
    Random random = new Random(5);
    long[] rows = random.longs(500, 0, 100).toArray();
    for (int i = 100; i < 200; i++) {
      rows[i] = i - 100L;
    }
    try (DatasetReader reader = new DatasetReader(new DirectorySource(directory))) {
      Storage gathered = reader.gather(2, rows, allocator);
      for (int i = 0; i < rows.length; i++) {
        assertEquals(rows[i] + 0.25f, NativeMemory.getFloat(gathered.address() + 12L * i + 4));
      }
      gathered.release();
      DataException refused =
          assertThrows(DataException.class, () -> reader.gather(3, rows, allocator));
      assertTrue(refused.getMessage().contains("tokens: int32[]"), refused.getMessage());
      DataException outside =
          assertThrows(DataException.class, () -> reader.gather(2, new long[] {100}, allocator));
      assertTrue(outside.getMessage().contains("asked for 100"), outside.getMessage());
    }
  }

  @Test
  void aWriteInPlaceDoesNotReachTheFile() throws IOException {
    write(directory, 7, 30);
    byte[] before = Files.readAllBytes(directory.resolve(Manifest.partName(0)));
    try (PartReader part = PartReader.open(directory.resolve(Manifest.partName(0)))) {
      NativeMemory.putLong(part.batch(0).column("label").address(0), 99);
    }
    assertArrayEquals(before, Files.readAllBytes(directory.resolve(Manifest.partName(0))));
  }

  @Test
  void aRetainedColumnOutlivesTheReader() throws IOException {
    write(directory, 100, 30);
    Storage labels;
    try (PartReader part = PartReader.open(directory.resolve(Manifest.partName(0)))) {
      labels = part.batch(0).column("label").values().retain();
    }
    assertEquals(29 * 1_000_000_007L, NativeMemory.getLong(labels.address() + 8 * 29));
    labels.release();
  }

  @Test
  void arrowsOwnReaderReadsTheParts() throws IOException {
    write(directory, 7, 30);
    try (RootAllocator arrow = new RootAllocator();
        FileChannel file = FileChannel.open(directory.resolve(Manifest.partName(0)));
        ArrowFileReader reader = new ArrowFileReader(file, arrow)) {
      int rows = 0;
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        for (FieldVector vector : root.getFieldVectors()) {
          assertEquals(0, vector.getNullCount(), vector.getName());
        }
        for (int i = 0; i < root.getRowCount(); i++, rows++) {
          assertEquals(rows * 1_000_000_007L, root.getVector("label").getObject(i));
          assertEquals("row " + rows, String.valueOf(root.getVector("title").getObject(i)));
          List<?> tokens = ((ListVector) root.getVector("tokens")).getObject(i);
          assertEquals(rows % 5, tokens.size());
          assertEquals(
              List.of((float) rows, rows + 0.25f, rows + 0.5f),
              root.getVector("pixels").getObject(i));
        }
      }
      assertEquals(30, rows);
    }
  }

  @Test
  void theSameRowsGiveTheSameFingerprintAndOthersAnother() throws IOException {
    String first = write(directory.resolve("a"), 7, 30, 5).fingerprint();
    assertEquals(first, write(directory.resolve("b"), 7, 30, 5).fingerprint());
    assertNotEquals(first, write(directory.resolve("c"), 7, 30, 6).fingerprint());
  }

  @Test
  void aDirectoryWithoutManifestIsNoDataSet() {
    DataException refused =
        assertThrows(DataException.class, () -> new DatasetReader(new DirectorySource(directory)));
    assertTrue(refused.getMessage().contains("no complete data set"), refused.getMessage());
  }

  @Test
  void aChangedManifestIsRefused() throws IOException {
    write(directory, 7, 30);
    Path file = directory.resolve(Manifest.FILE_NAME);
    Files.writeString(file, Files.readString(file).replace("\"rows\" : 30", "\"rows\" : 31"));
    DataException refused =
        assertThrows(DataException.class, () -> new DatasetReader(new DirectorySource(directory)));
    assertTrue(refused.getMessage().contains("fingerprint"), refused.getMessage());
  }

  /** Offsets, lengths and counts of a damaged file never lead outside of it. */
  @Test
  void aCorruptPartIsAnErrorAndNeverACrash() throws IOException {
    write(directory, 7, 30);
    byte[] good = Files.readAllBytes(directory.resolve(Manifest.partName(0)));
    long seed = 20_26L;
    Random random = new Random(seed);
    int refused = 0;
    for (int attempt = 0; attempt < 1000; attempt++) {
      byte[] bad = good.clone();
      if (attempt % 10 == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      } else {
        for (int i = 0; i <= random.nextInt(4); i++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
      }
      Path file = directory.resolve("bad.arrow");
      Files.write(file, bad);
      try (PartReader reader = PartReader.open(file)) {
        for (int i = 0; i < reader.batchCount(); i++) {
          ColumnBatch batch = reader.batch(i);
          for (int column = 0; column < reader.schema().size(); column++) {
            ColumnSlice slice = batch.column(column);
            for (int row = 0; row < slice.rows(); row++) {
              long bytes = (long) slice.length(row) * slice.column().type().dtype().bytes();
              for (long at = 0; at < bytes; at++) {
                NativeMemory.getByte(slice.address(row) + at);
              }
            }
          }
        }
      } catch (DataException e) {
        refused++;
        assertTrue(e.getMessage().contains("bad.arrow"), "seed " + seed + ": " + e.getMessage());
      }
    }
    assertTrue(refused > 150, "refused " + refused);
  }
}

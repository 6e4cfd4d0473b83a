package ai.cresset.spark.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.DirectorySource;
import ai.cresset.data.arrow.Manifest;
import ai.cresset.error.CressetException;
import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class FrameWriterTest {
  private static SparkSession spark;
  @TempDir Path directory;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("frame writer test")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, Allocator.current().statistics().liveStorages());
  }

  /** Every kind of column; {@code id} runs through all rows. */
  private static final StructType EVERYTHING =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("flag", DataTypes.BooleanType)
          .add("tiny", DataTypes.ByteType)
          .add("small", DataTypes.ShortType)
          .add("whole", DataTypes.IntegerType)
          .add("single", DataTypes.FloatType)
          .add("real", DataTypes.DoubleType)
          .add("floats", DataTypes.createArrayType(DataTypes.FloatType))
          .add("flags", DataTypes.createArrayType(DataTypes.BooleanType))
          .add("shorts", DataTypes.createArrayType(DataTypes.ShortType))
          .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("dense", SQLDataTypes.VectorType())
          .add("sparse", SQLDataTypes.VectorType())
          .add("packed", DataTypes.BinaryType)
          .add("raw", DataTypes.BinaryType)
          .add("title", DataTypes.StringType);

  private static final List<ColumnRequest> REQUESTS =
      List.of(
          ColumnRequest.of("id"),
          ColumnRequest.of("flag"),
          ColumnRequest.of("tiny"),
          ColumnRequest.of("small"),
          ColumnRequest.of("whole"),
          ColumnRequest.of("single"),
          ColumnRequest.of("real"),
          ColumnRequest.of("floats"),
          ColumnRequest.fixed("flags", 2),
          ColumnRequest.fixed("shorts", 3),
          ColumnRequest.variable("tokens"),
          ColumnRequest.vector("dense", DType.FLOAT32),
          ColumnRequest.vector("sparse", DType.FLOAT64),
          ColumnRequest.packed("packed", DType.INT16, 2),
          ColumnRequest.of("raw"),
          ColumnRequest.of("title"));

  private static Row everything(long id) {
    int n = (int) id;
    double[] values = {0, n + 0.5, 0, -n};
    return RowFactory.create(
        id,
        n % 2 == 0,
        (byte) n,
        (short) (n * 3),
        n * 5,
        n * 0.5f,
        n * 0.25,
        new float[] {n, n + 1f, n + 2f},
        new boolean[] {n % 2 == 0, n % 3 == 0},
        new short[] {(short) n, 2, (short) -n},
        IntStream.range(0, n % 4).map(i -> n * 10 + i).toArray(),
        Vectors.dense(values),
        Vectors.dense(values).toSparse(),
        new byte[] {(byte) n, 1, 2, 0},
        ("raw " + n).getBytes(StandardCharsets.UTF_8),
        "title \u00e9 " + n);
  }

  /** Partitions of exactly these sizes. */
  private static Dataset<Row> frame(StructType schema, List<List<Row>> partitions) {
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return spark.createDataFrame(
        java.parallelize(partitions, partitions.size()).flatMap(List::iterator), schema);
  }

  private static List<List<Row>> partitions(int... sizes) {
    List<List<Row>> all = new ArrayList<>();
    long next = 0;
    for (int size : sizes) {
      long first = next;
      all.add(LongStream.range(first, first + size).mapToObj(FrameWriterTest::everything).toList());
      next += size;
    }
    return all;
  }

  private MaterializedFrame write(Dataset<?> frame, String name, ColumnRequest... columns) {
    return new FrameWriter(frame, List.of(columns), FrameWriterOptions.defaults())
        .write(directory.resolve(name).toString());
  }

  private DatasetReader open(String name) {
    return new DatasetReader(new DirectorySource(directory.resolve(name)));
  }

  private static void checkRow(DatasetReader reader, long row) {
    long id = NativeMemory.getLong(reader.address(0, row));
    int n = (int) id;
    String where = "row " + row + ", id " + id;
    assertEquals(n % 2 == 0 ? 1 : 0, NativeMemory.getByte(reader.address(1, row)), where);
    assertEquals((byte) n, NativeMemory.getByte(reader.address(2, row)), where);
    assertEquals((short) (n * 3), NativeMemory.getShort(reader.address(3, row)), where);
    assertEquals(n * 5, NativeMemory.getInt(reader.address(4, row)), where);
    assertEquals(n * 0.5f, NativeMemory.getFloat(reader.address(5, row)), where);
    assertEquals(n * 0.25, NativeMemory.getDouble(reader.address(6, row)), where);
    assertEquals(n + 2f, NativeMemory.getFloat(reader.address(7, row) + 8), where);
    assertEquals(n % 3 == 0 ? 1 : 0, NativeMemory.getByte(reader.address(8, row) + 1), where);
    assertEquals((short) -n, NativeMemory.getShort(reader.address(9, row) + 4), where);
    assertEquals(n % 4, reader.length(10, row), where);
    for (int i = 0; i < n % 4; i++) {
      assertEquals(n * 10 + i, NativeMemory.getInt(reader.address(10, row) + 4L * i), where);
    }
    double[] vector = {0, n + 0.5, 0, -n};
    for (int i = 0; i < 4; i++) {
      assertEquals((float) vector[i], NativeMemory.getFloat(reader.address(11, row) + 4L * i));
      assertEquals(vector[i], NativeMemory.getDouble(reader.address(12, row) + 8L * i) + 0.0);
    }
    assertEquals((short) ((n & 255) | 256), NativeMemory.getShort(reader.address(13, row)), where);
    assertEquals("raw " + n, text(reader, 14, row));
    assertEquals("title \u00e9 " + n, text(reader, 15, row));
  }

  private static String text(DatasetReader reader, int column, long row) {
    byte[] bytes = new byte[reader.length(column, row)];
    NativeMemory.read(reader.address(column, row), bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void checkEveryRowOnce(DatasetReader reader, int rows) {
    assertEquals(rows, reader.rows());
    boolean[] seen = new boolean[rows];
    for (long row = 0; row < rows; row++) {
      checkRow(reader, row);
      int id = (int) NativeMemory.getLong(reader.address(0, row));
      assertFalse(seen[id], "row " + id + " twice");
      seen[id] = true;
    }
  }

  @Test
  void rowsOfEveryKindAreUsedOnceWhateverThePartitions() {
    Dataset<Row> frame = frame(EVERYTHING, partitions(0, 1, 7, 1000));
    assertFalse(FrameScan.of(frame, REQUESTS, false).isColumnar());
    MaterializedFrame written = write(frame, "rows", REQUESTS.toArray(ColumnRequest[]::new));
    assertEquals(
        List.of(0L, 1L, 7L, 1000L),
        written.partitions().stream().map(MaterializedFrame.PartitionAccount::written).toList());
    assertEquals(1008, written.rowsRead());
    assertEquals(0, written.rowsDropped());
    try (DatasetReader reader = open("rows")) {
      checkEveryRowOnce(reader, 1008);
      assertEquals(
          "{id: int64, flag: bool, tiny: int8, small: int16, whole: int32, single: float32, real:"
              + " float64, floats: float32[3], flags: bool[2], shorts: int16[3], tokens: int32[],"
              + " dense: float32[4], sparse: float64[4], packed: int16[2], raw: binary, title:"
              + " text}",
          reader.schema().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aParquetScanIsReadColumnByColumn(boolean offHeap) {
    String parquet = directory.resolve("parquet").toString();
    frame(EVERYTHING, partitions(700, 300)).write().parquet(parquet);
    spark.conf().set("spark.sql.columnVector.offheap.enabled", offHeap);
    try {
      Dataset<Row> frame = spark.read().parquet(parquet);
      assertTrue(FrameScan.of(frame, REQUESTS, false).isColumnar());
      write(frame, "columns", REQUESTS.toArray(ColumnRequest[]::new));
      try (DatasetReader reader = open("columns")) {
        checkEveryRowOnce(reader, 1000);
      }
      // Another order of columns, and a filter, which leaves the columnar way.
      Dataset<Row> filtered = frame.filter("id >= 900");
      assertFalse(FrameScan.of(filtered, REQUESTS, false).isColumnar());
      write(filtered, "filtered", ColumnRequest.of("title"), ColumnRequest.of("id"));
      try (DatasetReader reader = open("filtered")) {
        assertEquals(100, reader.rows());
        long id = NativeMemory.getLong(reader.address(1, 99));
        assertEquals("title \u00e9 " + id, text(reader, 0, 99));
      }
    } finally {
      spark.conf().unset("spark.sql.columnVector.offheap.enabled");
    }
  }

  @Test
  void sparseVectorsEqualDenseOnesBitForBit() {
    StructType schema =
        new StructType().add("id", DataTypes.LongType).add("v", SQLDataTypes.VectorType());
    double[][] vectors = {{0, -0.0, 1e-300, 3}, {0, 0, 0, 0}, {1, 2, 3, 4}};
    List<Row> dense = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      dense.add(RowFactory.create((long) i, Vectors.dense(vectors[i])));
      sparse.add(
          RowFactory.create((long) i, Vectors.sparse(4, new int[] {0, 1, 2, 3}, vectors[i])));
    }
    List<byte[]> bytes = new ArrayList<>();
    for (List<Row> rows : List.of(dense, sparse)) {
      String name = "vectors" + bytes.size();
      write(frame(schema, List.of(rows)), name, ColumnRequest.vector("v", DType.FLOAT64));
      try (DatasetReader reader = open(name)) {
        Storage all = reader.gather(0, new long[] {0, 1, 2}, Allocator.current());
        byte[] copy = new byte[96];
        NativeMemory.read(all.address(), copy, 0, 96);
        bytes.add(copy);
        all.release();
      }
    }
    assertArrayEquals(bytes.get(0), bytes.get(1));
  }

  private void refused(DataType type, Object good, Object bad, ColumnRequest request, String text) {
    StructType schema = new StructType().add("x", type).add("id", DataTypes.IntegerType);
    List<Row> first = new ArrayList<>(List.of(RowFactory.create(good, 0)));
    List<Row> second = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      second.add(RowFactory.create(i == 3 ? bad : good, i));
    }
    Dataset<Row> rows = frame(schema, Arrays.asList(first, second));
    CressetException refused =
        assertThrows(CressetException.class, () -> write(rows, "refused", request));
    assertEquals(text, refused.getMessage());
    assertFalse(Files.exists(directory.resolve("refused/manifest.json")));
    // The same through the columnar reader, which counts rows through the file.
    String parquet = directory.resolve("refused.parquet" + System.nanoTime()).toString();
    rows.coalesce(1).write().parquet(parquet);
    Dataset<Row> columns = spark.read().parquet(parquet);
    assertTrue(FrameScan.of(columns, List.of(request), false).isColumnar());
    CressetException again =
        assertThrows(CressetException.class, () -> write(columns, "refused", request));
    assertEquals(text.replace("partition 1, row 3", "partition 0, row 4"), again.getMessage());
  }

  @Test
  void nullsAreErrorsThatNameColumnPartitionAndRow() {
    String text =
        "column 'x': null in partition 1, row 3; expected a value: fill it with na().fill, or drop"
            + " such rows before training";
    refused(DataTypes.IntegerType, 1, null, ColumnRequest.of("x"), text);
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType);
    refused(floats, new float[] {1, 2}, null, ColumnRequest.fixed("x", 2), text);
    refused(floats, new float[] {1, 2}, new Float[] {1f, null}, ColumnRequest.fixed("x", 2), text);
    refused(SQLDataTypes.VectorType(), Vectors.dense(1), null, ColumnRequest.of("x"), text);
    refused(DataTypes.StringType, "a", null, ColumnRequest.of("x"), text);
  }

  @Test
  void raggedRowsAreErrorsThatNameColumnPartitionAndRow() {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType);
    String text =
        "column 'x': expected 2 elements in every row, got 3 in partition 1, row 3; pad the rows,"
            + " or ask for the column with variable length";
    refused(floats, new float[] {1, 2}, new float[] {1, 2, 3}, ColumnRequest.fixed("x", 0), text);
    refused(
        SQLDataTypes.VectorType(),
        Vectors.dense(1, 2),
        Vectors.sparse(3, new int[] {1}, new double[] {1}),
        ColumnRequest.of("x"),
        text);
    refused(
        DataTypes.BinaryType,
        new byte[8],
        new byte[12],
        ColumnRequest.packed("x", DType.FLOAT32, 0),
        text.replace("2 elements", "8 bytes").replace("got 3", "got 12"));
  }

  @Test
  void unsupportedColumnsAreRefusedBeforeAnyJob() {
    Dataset<Row> frame = spark.range(10).select(functions.current_timestamp().as("when"));
    DataException refused =
        assertThrows(DataException.class, () -> write(frame, "t", ColumnRequest.of("when")));
    assertEquals(
        "column 'when' has type timestamp; accepted are boolean, tinyint, smallint, int, bigint,"
            + " float, double, arrays of these, ML vectors, binary, string; cast or leave it out",
        refused.getMessage());
    DataException missing =
        assertThrows(DataException.class, () -> write(frame, "t", ColumnRequest.of("wen")));
    assertEquals("no column 'wen'; the DataFrame has when", missing.getMessage());
    assertFalse(Files.exists(directory.resolve("t")));
  }

  @Test
  void rowsWithNullsAreDroppedAndCountedWhenAsked() {
    StructType schema = new StructType().add("x", DataTypes.IntegerType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(RowFactory.create(i % 3 == 0 ? null : i));
    }
    MaterializedFrame written =
        new FrameWriter(
                frame(schema, List.of(List.of(), rows)),
                List.of(ColumnRequest.of("x")),
                FrameWriterOptions.defaults().withDropNulls(true))
            .write(directory.resolve("dropped").toString());
    assertEquals(
        List.of(
            new MaterializedFrame.PartitionAccount(0, 0, 0),
            new MaterializedFrame.PartitionAccount(10, 6, 4)),
        written.partitions());
  }

  @Test
  void anEqualRequestIsServedFromWhatIsThere() throws Exception {
    String parquet = directory.resolve("source").toString();
    spark.range(0, 1000, 1, 2).toDF("id").write().parquet(parquet);
    Dataset<Row> frame = spark.read().parquet(parquet);
    MaterializedFrame first = write(frame, "set", ColumnRequest.of("id"));
    assertFalse(first.reused());
    MaterializedFrame again = write(spark.read().parquet(parquet), "set", ColumnRequest.of("id"));
    assertTrue(again.reused());
    assertEquals(first.manifest(), again.manifest());
    assertEquals(first.partitions(), again.partitions());

    DataException other =
        assertThrows(
            DataException.class,
            () -> write(frame.filter("id < 10"), "set", ColumnRequest.of("id")));
    assertTrue(other.getMessage().contains("another request (1000 rows"), other.getMessage());

    // The source changes: the request is another one.
    spark.range(5).toDF("id").write().mode("append").parquet(parquet);
    DataException changed =
        assertThrows(
            DataException.class,
            () -> write(spark.read().parquet(parquet), "set", ColumnRequest.of("id")));
    assertTrue(changed.getMessage().contains("another request"), changed.getMessage());
    MaterializedFrame replaced =
        new FrameWriter(
                spark.read().parquet(parquet),
                List.of(ColumnRequest.of("id")),
                FrameWriterOptions.defaults().withOverwrite(true))
            .write(directory.resolve("set").toString());
    assertEquals(1005, replaced.rowsWritten());
    try (var files = Files.list(directory.resolve("set"))) {
      assertEquals(replaced.manifest().parts().size() + 1, files.count());
    }
  }

  @Test
  void whatABrokenRunLeftIsNeitherUsedNorDestroyed() throws Exception {
    Path set = directory.resolve("half");
    Files.createDirectories(set);
    Files.writeString(set.resolve(Manifest.partName(0)), "half a part");
    write(spark.range(10).toDF("id"), "half", ColumnRequest.of("id"));
    try (DatasetReader reader = open("half")) {
      assertEquals(10, reader.rows());
    }
    try (var found = Files.walk(set)) {
      Path aside =
          found
              .filter(path -> path.toString().contains("_incomplete-"))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow();
      assertEquals("half a part", Files.readString(aside));
    }
  }

  @Test
  void aDirectoryOfSomebodyElseIsRefused() throws Exception {
    Path set = directory.resolve("theirs");
    Files.createDirectories(set);
    Files.writeString(set.resolve("thesis.txt"), "years of work");
    DataException refused =
        assertThrows(
            DataException.class,
            () -> write(spark.range(10).toDF("id"), "theirs", ColumnRequest.of("id")));
    assertTrue(refused.getMessage().contains("thesis.txt"), refused.getMessage());
    assertEquals("years of work", Files.readString(set.resolve("thesis.txt")));
  }
}

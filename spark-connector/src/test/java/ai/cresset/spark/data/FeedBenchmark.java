package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.DirectorySource;
import ai.cresset.data.arrow.RowSelection;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.arrow.ArrowConverters$;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * How fast rows get from Parquet into contiguous native batches, on one task thread: the readers of
 * training beside the scan alone, Spark's own Arrow batches, and a second epoch, shuffled, from the
 * data set's files. Prints {@code name value unit} lines; the ways take turns, best of several.
 *
 * <p>Arguments: {@code --rows N} images, of which the table has 25 times as many; {@code --turns
 * N}; {@code --directory PATH} for the files, a temporary one by default.
 */
public final class FeedBenchmark {
  private static final int BATCH_ROWS = 1024;
  private static final int PIXELS = 784;
  private static final int FEATURES = 40;

  private final SparkSession spark;
  private final Path directory;
  private final int turns;

  private FeedBenchmark(SparkSession spark, Path directory, int turns) {
    this.spark = spark;
    this.directory = directory;
    this.turns = turns;
  }

  /** A way to go through all rows; gives how many there were. */
  @FunctionalInterface
  private interface Way {
    long run() throws IOException;
  }

  /** Runs all cases. */
  public static void main(String[] arguments) throws IOException {
    int rows = 30_000;
    int turns = 12;
    Path directory = null;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        refuse(arguments[i] + " needs a value");
      }
      switch (arguments[i]) {
        case "--rows" -> rows = Integer.parseInt(arguments[i + 1]);
        case "--turns" -> turns = Integer.parseInt(arguments[i + 1]);
        case "--directory" -> directory = Path.of(arguments[i + 1]);
        default ->
            refuse("unknown option " + arguments[i] + "; known are --rows, --turns, --directory");
      }
    }
    Path files = directory == null ? Files.createTempDirectory("feed") : directory;
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[1]")
            .appName("feed benchmark")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.files.maxPartitionBytes", 1L << 40);
    ReaderSettings.recommended().forEach(builder::config);
    try (SparkSession spark = builder.getOrCreate()) {
      new FeedBenchmark(spark, files, turns).run(rows);
    } finally {
      if (directory == null) {
        delete(files);
      }
    }
  }

  private static void refuse(String why) {
    System.err.println("error: " + why);
    System.exit(2);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private void run(int rows) throws IOException {
    String pixels = "transform(sequence(1, " + PIXELS + "), i -> float(rand(7)))";
    Dataset<Row> images = spark.range(0, rows, 1, 1).selectExpr("int(id % 10) AS label", "id");
    Dataset<Row> arrays = images.selectExpr("label", pixels + " AS pixels");
    image("array", arrays, ColumnRequest.fixed("pixels", PIXELS), rows);
    Dataset<Row> packed =
        images.selectExpr(
            "label",
            "to_binary(repeat(substring(sha2(string(id), 512), 1, 112), 56), 'hex') AS pixels");
    image("packed", packed, ColumnRequest.packed("pixels", DType.FLOAT32, PIXELS), rows);
    List<String> names = IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).toList();
    Dataset<Row> table =
        spark
            .range(0, 25L * rows, 1, 1)
            .selectExpr(
                IntStream.range(0, FEATURES)
                    .mapToObj(i -> "float(rand(" + i + ")) AS f" + i)
                    .toArray(String[]::new));
    measure("table", table, names.stream().map(ColumnRequest::of).toList(), 25L * rows);
  }

  private void image(String name, Dataset<Row> frame, ColumnRequest pixels, long rows)
      throws IOException {
    measure(name, frame, List.of(ColumnRequest.of("label"), pixels), rows);
  }

  private void measure(String name, Dataset<Row> source, List<ColumnRequest> columns, long rows)
      throws IOException {
    String parquet = directory.resolve(name + ".parquet").toString();
    source.write().mode(SaveMode.Overwrite).option("compression", "none").parquet(parquet);
    Dataset<Row> frame = spark.read().parquet(parquet);
    FrameFeed feed = FrameFeed.of(frame, columns, 1, FeedOptions.of(BATCH_ROWS));
    Path set = directory.resolve(name + ".set");
    long begin = System.nanoTime();
    new FrameWriter(frame, columns, FrameWriterOptions.defaults()).write(set.toString());
    double writing = (System.nanoTime() - begin) / 1e9;
    FrameScan scan = FrameScan.of(frame, columns, false);
    List<Way> ways =
        List.of(() -> scan(scan), () -> feed(feed), () -> arrow(frame), () -> secondEpoch(set));
    double[] best = new double[ways.size()];
    for (int turn = 0; turn < turns; turn++) {
      for (int way = 0; way < best.length; way++) {
        long start = System.nanoTime();
        long seen = ways.get(way).run();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (seen != rows) {
          throw new IllegalStateException(name + ": " + seen + " rows, not " + rows);
        }
        best[way] = Math.max(best[way], rows / seconds);
      }
    }
    double rowBytes = feed.schema().fixedRowBytes();
    List<String> labels = List.of("scan", "feed", "spark_arrow", "second_epoch");
    for (int way = 0; way < best.length; way++) {
      print(name + "." + labels.get(way), best[way], "rows/s");
      print(name + "." + labels.get(way), best[way] * rowBytes / 1e6, "MB/s");
    }
    print(name + ".write_once", rows / writing, "rows/s");
    print(name + ".feed_to_scan", best[1] / best[0], "ratio");
    print(name + ".feed_to_spark_arrow", best[1] / best[2], "ratio");
    System.out.println(name + ".reader " + (feed.isColumnar() ? "columnar" : "rows") + " kind");
  }

  private static void print(String name, double value, String unit) {
    System.out.printf(Locale.ROOT, "%s %.4g %s%n", name, value, unit);
  }

  /** Goes through what the reader reads and copies nothing. */
  private static long scan(FrameScan scan) {
    boolean columnar = scan.isColumnar();
    @SuppressWarnings("unchecked")
    RDD<Object> partitions = (RDD<Object>) scan.partitions();
    return count(partitions, rows -> columnar ? countBatches(rows) : countRows(rows));
  }

  private static long countBatches(Iterator<Object> batches) {
    long rows = 0;
    while (batches.hasNext()) {
      rows += ((ColumnarBatch) batches.next()).numRows();
    }
    return rows;
  }

  private static long countRows(Iterator<Object> rows) {
    long count = 0;
    while (rows.hasNext()) {
      count += ((InternalRow) rows.next()).numFields() > 0 ? 1 : 0;
    }
    return count;
  }

  private static long feed(FrameFeed feed) {
    FrameFeed.Reader reader = feed.reader();
    return count(
        feed.partitions(),
        partitions -> {
          try (BatchStream batches = reader.open(partitions, Allocator.current())) {
            for (ColumnBatch batch = batches.take(); batch != null; batch = batches.take()) {
              batch.close();
            }
            return batches.rowsTaken();
          }
        });
  }

  /** What Spark gives to Python workers, loaded into Arrow vectors. */
  private static long arrow(Dataset<Row> frame) {
    org.apache.spark.sql.classic.Dataset<Row> classic =
        (org.apache.spark.sql.classic.Dataset<Row>) frame;
    org.apache.arrow.vector.types.pojo.Schema schema =
        ArrowUtils.toArrowSchema(frame.schema(), "UTC", true, false);
    String json = schema.toJson();
    return count(
        classic.toArrowBatchRdd(classic.queryExecution().executedPlan()),
        batches -> {
          long rows = 0;
          try (BufferAllocator allocator =
                  Allocator.current().arrow().newChildAllocator("arrow", 0, Long.MAX_VALUE);
              VectorSchemaRoot root =
                  VectorSchemaRoot.create(
                      org.apache.arrow.vector.types.pojo.Schema.fromJSON(json), allocator)) {
            VectorLoader loader = new VectorLoader(root);
            while (batches.hasNext()) {
              try (ArrowRecordBatch batch =
                  ArrowConverters$.MODULE$.loadBatch(batches.next(), allocator)) {
                loader.load(batch);
                rows += root.getRowCount();
              }
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          return rows;
        });
  }

  /** All rows in a random order, gathered into batches from the mapped files. */
  private static long secondEpoch(Path set) {
    long rows = 0;
    try (DatasetReader reader = new DatasetReader(new DirectorySource(set))) {
      long[] order = LongStream.range(0, reader.rows()).toArray();
      Random random = new Random(1);
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        long swapped = order[i];
        order[i] = order[other];
        order[other] = swapped;
      }
      int columns = reader.schema().size();
      for (int start = 0; start < order.length; start += BATCH_ROWS) {
        int count = Math.min(BATCH_ROWS, order.length - start);
        RowSelection selection = reader.select(order, start, count);
        for (int column = 0; column < columns; column++) {
          long bytes = count * reader.schema().columns().get(column).type().rowBytes();
          Storage batch = Allocator.current().allocate(bytes);
          selection.gather(column, batch.address());
          batch.release();
        }
        rows += count;
      }
    }
    return rows;
  }

  /** Counts what one partition holds, within a task. */
  @FunctionalInterface
  private interface Counter<T> extends Serializable {
    long count(Iterator<T> rows);
  }

  private static <T> long count(RDD<T> partitions, Counter<T> counter) {
    return JavaRDD.fromRDD(partitions, partitions.elementClassTag())
        .mapPartitions(rows -> List.of(counter.count(rows)).iterator())
        .collect()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }
}

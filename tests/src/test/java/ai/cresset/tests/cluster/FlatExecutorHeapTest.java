package ai.cresset.tests.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataLoader;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.Share;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.memory.Allocator;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.spark.data.BatchStream;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FeedOptions;
import ai.cresset.spark.data.FrameFeed;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import ai.cresset.spark.data.HadoopPartSource;
import ai.cresset.spark.data.MaterializedFrame;
import ai.cresset.spark.data.PartCache;
import ai.cresset.spark.launch.FeedWorker;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import ai.cresset.type.DType;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.RDDInfo;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** Ten times an executor's heap goes through it, in rows that an expression makes. */
@NullUnmarked
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FlatExecutorHeapTest {
  private static final int ROW_BYTES = 64 << 10;
  private static final long ROWS = 10L * TestCluster.EXECUTOR_HEAP_MIB * (1 << 20) / ROW_BYTES;
  private static final int BATCH = 16;
  private static final int READINGS = 8;
  private static final long GROWTH = 8L << 20;

  private static final List<ColumnRequest> COLUMNS =
      List.of(ColumnRequest.of("id"), ColumnRequest.packed("image", DType.UINT8, ROW_BYTES));

  /** What a worker saw: its rows, and its used heap while they went by. */
  record Seen(long rows, ArrayList<Long> heap, long nativePeak) implements Serializable {}

  /** Looks at the heap now and then. */
  private static final class HeapGauge {
    private final ArrayList<Long> heap = new ArrayList<>();
    private final long every;
    private long rows;

    HeapGauge(long expectedRows) {
      every = expectedRows / READINGS;
    }

    void passed(long more) {
      if (rows / every != (rows + more) / every) {
        heap.add(usedHeap());
      }
      rows += more;
    }

    Seen seen() {
      return new Seen(rows, heap, Allocator.current().statistics().peakBytes());
    }

    @SuppressWarnings("ExplicitGarbageCollection")
    private static long usedHeap() {
      System.gc();
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
  }

  private static Dataset<Row> frame(TestCluster cluster) {
    return cluster
        .session()
        .range(0, ROWS, 1, 6)
        .selectExpr(
            "id", "cast(repeat(char(int(65 + id % 26)), " + ROW_BYTES + ") as binary) as image");
  }

  private static void assertFlat(List<Seen> workers) {
    assertEquals(ROWS, workers.stream().mapToLong(Seen::rows).sum(), workers.toString());
    for (Seen seen : workers) {
      assertTrue(seen.heap().size() >= READINGS - 2, seen.toString());
      long first = seen.heap().get(0);
      assertTrue(Collections.max(seen.heap()) - first <= GROWTH, seen.toString());
      assertTrue(first < (TestCluster.EXECUTOR_HEAP_MIB << 20), seen.toString());
      // Batches that wait, are filled and are worked on, blocks rounded up.
      assertTrue(seen.nativePeak() <= 16L * BATCH * ROW_BYTES, seen.toString());
    }
  }

  /** Names and operators of everything that Spark computes. */
  private static final class Operators extends SparkListener {
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
      for (RDDInfo rdd : CollectionConverters.asJava(event.stageInfo().rddInfos())) {
        seen.add(rdd.name() + " " + (rdd.scope().isDefined() ? rdd.scope().get().name() : ""));
      }
    }
  }

  @Test
  void aFrameIsStreamedIntoWorkers(TestCluster cluster) {
    FrameFeed feed = FrameFeed.of(frame(cluster), COLUMNS, 2, FeedOptions.of(BATCH));
    FrameFeed.Reader reader = feed.reader();
    FeedWorker<ai.cresset.spark.data.PartitionRows<Object>, Seen> worker =
        (context, shares) -> {
          HeapGauge gauge = new HeapGauge(ROWS / 2);
          try (Allocator allocator = Allocator.create("feed", 1L << 30);
              Allocator.Binding bound = allocator.bind();
              BatchStream batches = reader.open(shares, allocator)) {
            for (ColumnBatch batch = batches.take(); batch != null; batch = batches.take()) {
              gauge.passed(batch.rows());
              batch.close();
            }
            return gauge.seen();
          }
        };
    assertFlat(
        new SparkLauncher(cluster.session().sparkContext(), LaunchOptions.of(2))
            .launch(feed.partitions(), worker));
  }

  @Test
  void aFrameIsWrittenAndReadInShuffledEpochs(TestCluster cluster, @TempDir Path directory) {
    Operators operators = new Operators();
    cluster.session().sparkContext().addSparkListener(operators);
    MaterializedFrame written;
    try {
      written =
          new FrameWriter(
                  frame(cluster),
                  COLUMNS,
                  FrameWriterOptions.defaults().withBatches(BATCH, 16L << 20))
              .write(directory.resolve("images").toString());
    } finally {
      cluster.session().sparkContext().removeSparkListener(operators);
    }
    assertEquals(ROWS, written.rowsWritten());
    assertFalse(operators.seen.isEmpty());
    for (String operator : operators.seen) {
      assertFalse(operator.contains("Deserialize"), "rows became objects: " + operators.seen);
    }
    String dataset = written.directory();
    Worker<Seen> worker =
        context -> {
          HeapGauge gauge = new HeapGauge(ROWS / 2);
          PartCache unused = new PartCache(Path.of(dataset), 1);
          try (Allocator allocator = Allocator.create("epoch", 1L << 30);
              Allocator.Binding bound = allocator.bind();
              ArrowDataset rows =
                  new ArrowDataset(
                      new DatasetReader(
                          HadoopPartSource.open(dataset, SparkHadoopUtil.get().conf(), unused)),
                      List.of("id", "image"))) {
            BatchPlan plan = new BatchPlan(new ShuffledSampler(rows.size(), 3), 2 * BATCH, false);
            try (DataLoader loader =
                DataLoader.start(
                    rows,
                    plan,
                    new Share(context.rank(), context.worldSize()),
                    LoaderOptions.DEFAULT,
                    0,
                    plan.stepsPerEpoch())) {
              for (LoadedStep step = loader.next(); step != null; step = loader.next()) {
                for (Batch batch : step.microBatches()) {
                  gauge.passed(batch.size());
                }
                step.close();
              }
            }
            return gauge.seen();
          }
        };
    assertFlat(
        new SparkLauncher(cluster.session().sparkContext(), LaunchOptions.of(2)).launch(worker));
  }
}

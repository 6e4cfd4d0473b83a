package ai.cresset.spark.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.error.ConfigException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Allocator;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.spark.data.BatchStream;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FeedOptions;
import ai.cresset.spark.data.FrameFeed;
import ai.cresset.spark.data.TensorStream;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers as threads of one process. */
@NullUnmarked
class LocalModeTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("local mode test")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkLauncher launcher(LaunchOptions options) {
    return new SparkLauncher(spark.sparkContext(), options);
  }

  @Test
  void workersShareTheCoresAndReportWithoutThePlugin() {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    List<String> cores =
        launcher(LaunchOptions.of(2).withCoresPerWorker(1))
            .onProgress(heard::add)
            .launch(
                context -> {
                  context.report(new Progress(context.rank(), 3, 9, Map.of(), "here"));
                  return context.rank() + ":" + context.cores() + ":" + context.device();
                });
    assertEquals(List.of("0:1:cpu", "1:1:cpu"), cores);
    assertEquals(2, heard.size());
  }

  @Test
  void whatLocalModeCannotDoIsRefused() {
    ConfigException slots =
        assertThrows(
            ConfigException.class, () -> launcher(LaunchOptions.of(3)).launch(context -> 1));
    assertEquals(
        "workers: 3 slots wanted, 2 available (a slot is 1 core); ask for at most 2 workers, or"
            + " start with --master local[3]",
        slots.getMessage());
    ConfigException gpus =
        assertThrows(
            ConfigException.class, () -> launcher(LaunchOptions.of(1).withGpusPerWorker(1)));
    assertTrue(
        gpus.getMessage().startsWith("gpusPerWorker: expected 0 with --master local[2]"),
        gpus.getMessage());
  }

  @Test
  void aWorkerMayStopReadingEarlyAndLeavesNothing() {
    FrameFeed feed =
        FrameFeed.of(
            spark.range(0, 100_000, 1, 4).toDF("id"),
            List.of(ColumnRequest.of("id")),
            2,
            FeedOptions.of(100));
    FrameFeed.Reader reader = feed.reader();
    List<Integer> rows =
        launcher(LaunchOptions.of(2))
            .launch(
                feed.partitions(),
                (context, shares) -> {
                  try (BatchStream batches = reader.open(shares, Allocator.current());
                      ColumnBatch first = batches.take()) {
                    return first == null ? 0 : first.rows();
                  }
                });
    assertEquals(List.of(100, 100), rows);
    assertEquals(0, Allocator.current().statistics().liveStorages());
  }

  @Test
  void streamsAreTensorsOnTheDeviceThatIsAskedFor() {
    FrameFeed feed =
        FrameFeed.of(
            spark.range(0, 100, 1, 4).selectExpr("id", "array(id, -id) AS pair"),
            List.of(ColumnRequest.of("id"), ColumnRequest.fixed("pair", 2)),
            2,
            FeedOptions.of(8));
    FrameFeed.Reader reader = feed.reader();
    List<Long> sums =
        launcher(LaunchOptions.of(2))
            .launch(
                feed.partitions(),
                (context, shares) -> {
                  long sum = 0;
                  try (BatchStream rows = reader.open(shares, Allocator.current());
                      TensorStream batches = new TensorStream(rows, Device.REFERENCE)) {
                    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                      try (Batch each = batch) {
                        long[] pairs = each.get("pair").toLongArray();
                        long[] ids = each.get("id").toLongArray();
                        for (int i = 0; i < ids.length; i++) {
                          sum += pairs[2 * i + 1] == -ids[i] ? ids[i] : 1L << 40;
                        }
                        if (!each.get("id").device().equals(Device.REFERENCE)) {
                          sum += 1L << 50;
                        }
                      }
                    }
                  }
                  return sum;
                });
    assertEquals(4950, sums.get(0) + sums.get(1));
    assertEquals(0, Allocator.current().statistics().liveStorages());
  }

  @Test
  void aNullInAStreamNamesItsPlaceAndIsNotTriedAgain() {
    FrameFeed feed =
        FrameFeed.of(
            spark.range(0, 100, 1, 4).selectExpr("if(id = 60, null, id) AS id"),
            List.of(ColumnRequest.of("id")),
            2,
            FeedOptions.of(8));
    FrameFeed.Reader reader = feed.reader();
    LaunchException failed =
        assertThrows(
            LaunchException.class,
            () ->
                launcher(LaunchOptions.of(2))
                    .launch(
                        feed.partitions(),
                        (context, shares) -> {
                          try (BatchStream batches = reader.open(shares, Allocator.current())) {
                            for (ColumnBatch batch = batches.take();
                                batch != null;
                                batch = batches.take()) {
                              batch.close();
                            }
                            return batches.rowsTaken();
                          }
                        }));
    assertTrue(failed.getMessage().startsWith("attempt 1 of 3 failed: rank"), failed.getMessage());
    assertTrue(
        failed.getMessage().contains("column 'id': null in partition 2, row 10;"),
        failed.getMessage());
    assertEquals(0, Allocator.current().statistics().liveStorages());
  }
}

package ai.cresset.tests.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.SampleCounts;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import ai.cresset.spark.data.MaterializedFrame;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import ai.cresset.train.TrainingSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EveryRowOnceTest {
  private static final List<Integer> PARTITIONS = List.of(0, 1, 7, 1000);
  private static final int ROWS = 1008;

  /** A frame with exactly these partitions. */
  private static Dataset<Row> frame(TestCluster cluster) {
    JavaSparkContext java = JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
    return cluster
        .session()
        .createDataset(
            java.parallelize(PARTITIONS, PARTITIONS.size())
                .flatMap(size -> IntStream.range(0, size).mapToDouble(i -> i).boxed().iterator())
                .rdd(),
            Encoders.DOUBLE())
        .selectExpr(
            "cast(array(value % 10 / 10, 1 - value % 7 / 7) as array<float>) as x",
            "float(value % 10 / 10 - value % 7 / 7) as y");
  }

  @Test
  void everyRowIsUsedOncePerEpoch(TestCluster cluster, @TempDir Path directory) {
    MaterializedFrame written =
        new FrameWriter(
                frame(cluster),
                List.of(ColumnRequest.fixed("x", 2), ColumnRequest.of("y")),
                FrameWriterOptions.defaults())
            .write(directory.resolve("rows").toString());
    assertEquals(
        PARTITIONS.stream()
            .map(rows -> new MaterializedFrame.PartitionAccount(rows, rows, 0))
            .toList(),
        written.partitions());

    // 48 divides 1,008; 50 leaves a batch of 8, which two workers share.
    for (int batch : new int[] {48, 50}) {
      List<TrainingSummary> summaries =
          new SparkLauncher(cluster.session().sparkContext(), LaunchOptions.of(2))
              .launch(new RegressionWorker(written.directory(), 2, batch, 3, null));
      for (TrainingSummary summary : summaries) {
        assertEquals(ROWS, summary.datasetSize());
        assertEquals(new SampleCounts(3 * ROWS, 0, 3, 3), summary.samples());
        assertTrue(summary.trainingLoss() < 0.1, summary.toString());
      }
      assertEquals(
          "3,024 rows of 1,008 used, 0 dropped; each exactly once in 3 of 3 epochs",
          summaries.get(0).samples().describe("rows", ROWS));
    }
  }
}

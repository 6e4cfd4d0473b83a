package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import ai.cresset.type.DType;
import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Streams rows through batches and prints what it took; run with a small heap. */
public final class FlatHeapMain {
  private FlatHeapMain() {}

  /** Arguments: rows, and bytes of a row. */
  public static void main(String[] arguments) throws IOException {
    long rows = Long.parseLong(arguments[0]);
    int rowBytes = Integer.parseInt(arguments[1]);
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.testing.memory", "500000000")
            .getOrCreate()) {
      Dataset<Row> frame =
          spark.range(0, rows, 1, 3).withColumn("image", functions.lit(new byte[rowBytes])).toDF();
      FrameFeed feed =
          FrameFeed.of(
              frame,
              List.of(ColumnRequest.of("id"), ColumnRequest.packed("image", DType.UINT8, rowBytes)),
              1,
              FeedOptions.of(64));
      FrameFeed.Reader reader = feed.reader();
      RDD<PartitionRows<Object>> partitions = feed.partitions();
      long taken =
          JavaRDD.fromRDD(partitions, partitions.elementClassTag())
              .mapPartitions(
                  rowsOfTask -> {
                    try (BatchStream batches = reader.open(rowsOfTask, Allocator.current())) {
                      long sum = 0;
                      for (ColumnBatch batch = batches.take();
                          batch != null;
                          batch = batches.take()) {
                        sum += batch.rows();
                        batch.close();
                      }
                      return List.of(sum).iterator();
                    }
                  })
              .reduce(Long::sum);
      MemoryStatistics memory = Allocator.current().statistics();
      System.out.println(
          "rows " + taken + " native " + memory.peakBytes() + " live " + memory.liveStorages());
    }
  }
}

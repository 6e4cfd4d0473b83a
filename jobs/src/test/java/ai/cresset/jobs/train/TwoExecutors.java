package ai.cresset.jobs.train;

import ai.cresset.spark.launch.ProgressPlugin;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Spark with two executor processes, of one core each unless told otherwise. */
final class TwoExecutors {
  private TwoExecutors() {}

  /** Starts them; what Spark writes goes below {@code scratch}. */
  static SparkSession start(Path scratch) {
    return start(scratch, 1);
  }

  /** The same with so many cores each. */
  static SparkSession start(Path scratch, int cores) {
    return SparkSession.builder()
        .master("local-cluster[2," + cores + ",1024]")
        .appName("job tests")
        .config("spark.ui.enabled", "false")
        .config("spark.executor.memory", "512m")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
        .config("spark.executorEnv.SPARK_SQL_TESTING", "1")
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        .config("spark.sql.shuffle.partitions", "2") // there are few rows
        .config("spark.sql.warehouse.dir", scratch.resolve("warehouse").toString())
        .config(ProgressPlugin.SETTING, ProgressPlugin.class.getName())
        .getOrCreate();
  }
}

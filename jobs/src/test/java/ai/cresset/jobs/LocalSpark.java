package ai.cresset.jobs;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Spark in this process, for data of a few rows: queries are interpreted, because compiling one
 * takes longer than running it, and have one partition where nobody asks for more.
 */
public final class LocalSpark {
  private LocalSpark() {}

  /** Starts it with two threads; what Spark writes goes below {@code scratch}. */
  public static SparkSession start(Path scratch) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.default.parallelism", "1")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.warehouse.dir", scratch.resolve("warehouse").toString())
        .getOrCreate();
  }
}

package ai.cresset.jobs.workload;

import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.spark.data.HadoopPartSource;
import ai.cresset.spark.data.PartCache;
import java.nio.file.Path;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Opens the data sets that the driver had written, on a worker. */
public final class StoredParts {
  private static final long CACHE_BYTES = 1L << 40;

  private StoredParts() {}

  /** The data set of a directory with scheme; parts from afar are kept below the temporary one. */
  public static DatasetReader open(String directory) {
    Path local = Path.of(System.getProperty("java.io.tmpdir"), "cresset-parts");
    PartCache cache = new PartCache(local, CACHE_BYTES);
    return new DatasetReader(HadoopPartSource.open(directory, SparkHadoopUtil.get().conf(), cache));
  }
}

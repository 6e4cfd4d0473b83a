package ai.cresset.parallel.data;

import ai.cresset.error.ConfigException;

/**
 * Settings of data parallelism.
 *
 * @param firstBucketBytes size from which the first bucket is sent; small, so that sending starts
 *     early
 * @param bucketBytes size from which later buckets are sent
 */
public record DataParallelOptions(long firstBucketBytes, long bucketBytes) {
  /** PyTorch's sizes: 1 MiB, then 25 MiB. */
  public static final DataParallelOptions DEFAULT = new DataParallelOptions(1 << 20, 25 << 20);

  public DataParallelOptions {
    if (firstBucketBytes < 1) {
      throw ConfigException.value("firstBucketBytes", firstBucketBytes, "at least 1");
    }
    if (bucketBytes < 1) {
      throw ConfigException.value("bucketBytes", bucketBytes, "at least 1");
    }
  }
}

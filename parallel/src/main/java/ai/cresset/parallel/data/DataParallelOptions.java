package ai.cresset.parallel.data;

import ai.cresset.error.ConfigException;

/**
 * Settings of data parallelism. Alike on every rank.
 *
 * @param firstBucketBytes size from which the first bucket is sent; small, so that sending starts
 *     early
 * @param bucketBytes size from which later buckets are sent
 * @param rebuildBuckets whether buckets are filled in the order in which gradients came in the
 *     first step, which is sent at its end; otherwise in reverse order of registration
 * @param findUnused whether parameters that have no part in a loss are looked for in each step:
 *     those that no rank used keep no gradient. Otherwise they are an error.
 */
public record DataParallelOptions(
    long firstBucketBytes, long bucketBytes, boolean rebuildBuckets, boolean findUnused) {
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

  /** These sizes; buckets are rebuilt, and unused parameters are an error. */
  public DataParallelOptions(long firstBucketBytes, long bucketBytes) {
    this(firstBucketBytes, bucketBytes, true, false);
  }

  public DataParallelOptions withRebuildBuckets(boolean on) {
    return new DataParallelOptions(firstBucketBytes, bucketBytes, on, findUnused);
  }

  public DataParallelOptions withFindUnused(boolean on) {
    return new DataParallelOptions(firstBucketBytes, bucketBytes, rebuildBuckets, on);
  }
}

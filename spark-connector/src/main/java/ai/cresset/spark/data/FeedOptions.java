package ai.cresset.spark.data;

import ai.cresset.error.ConfigException;

/**
 * How rows are streamed into a worker.
 *
 * @param batchRows rows of each batch; the last one may have fewer
 * @param queuedBatches how many finished batches may wait for the worker
 * @param dropNulls whether rows with nulls are left out and counted; otherwise they are errors
 */
public record FeedOptions(int batchRows, int queuedBatches, boolean dropNulls) {
  public FeedOptions {
    if (batchRows < 1) {
      throw ConfigException.value("batchRows", batchRows, "at least 1");
    }
    if (queuedBatches < 1) {
      throw ConfigException.value("queuedBatches", queuedBatches, "at least 1");
    }
  }

  /** Batches of this many rows, two of them waiting. */
  public static FeedOptions of(int batchRows) {
    return new FeedOptions(batchRows, 2, false);
  }
}

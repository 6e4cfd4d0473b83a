package ai.cresset.data;

import ai.cresset.error.ConfigException;

/**
 * How a stream of samples becomes steps.
 *
 * @param batchSize samples of a step, over all ranks
 * @param dropLast whether a shorter batch at the end of an epoch is left out
 * @param collate makes batches
 * @param first where to begin: samples before it are passed over, not made
 * @param endEpoch the epoch after the last
 */
public record StreamPlan(
    int batchSize, boolean dropLast, Collate collate, DataPosition first, long endEpoch) {
  public StreamPlan {
    if (batchSize < 1) {
      throw ConfigException.value("batchSize", batchSize, "at least 1");
    }
    if (endEpoch < first.epoch()) {
      throw ConfigException.value("endEpoch", endEpoch, "at least that of the beginning, " + first);
    }
  }

  /** One epoch in stacked batches, from its beginning. */
  public StreamPlan(int batchSize) {
    this(batchSize, false, Collate.STACK, new DataPosition(0, 0), 1);
  }
}

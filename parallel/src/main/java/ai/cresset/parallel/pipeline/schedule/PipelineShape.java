package ai.cresset.parallel.pipeline.schedule;

import ai.cresset.error.ConfigException;

/**
 * The sizes of a pipeline. Stage {@code s} is on rank {@code s % ranks}: a rank has its chunks of
 * the model a whole round apart.
 *
 * @param ranks along the axis {@code pipeline}
 * @param chunks stages of each rank
 * @param microBatches of a step
 */
public record PipelineShape(int ranks, int chunks, int microBatches) {
  public PipelineShape {
    positive("parallel.pipeline", ranks);
    positive("parallel.chunks", chunks);
    positive("micro-batches", microBatches);
  }

  private static void positive(String key, int value) {
    if (value < 1) {
      throw ConfigException.value(key, value, "at least 1");
    }
  }

  /** Stages of the whole model. */
  public int stages() {
    return ranks * chunks;
  }

  /** The rank that has a stage. */
  public int rankOf(int stage) {
    return stage % ranks;
  }

  /** The stage that is chunk {@code chunk} of a rank. */
  public int stage(int rank, int chunk) {
    return chunk * ranks + rank;
  }

  public boolean isLast(int stage) {
    return stage == stages() - 1;
  }

  /** Whether the output of a stage goes to another rank. */
  public boolean leavesRank(int stage) {
    return !isLast(stage) && rankOf(stage) != rankOf(stage + 1);
  }

  @Override
  public String toString() {
    return ranks + " ranks x " + chunks + " chunks, " + microBatches + " micro-batches";
  }
}

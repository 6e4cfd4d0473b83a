package ai.cresset.data;

/**
 * Which sample stands at which place of an epoch. A pure function: the same (epoch, position) gives
 * the same sample on every rank, in every attempt, in any order of asking, in constant time.
 */
public interface Sampler {
  /** The samples of the data set: results are below this. */
  long datasetSize();

  /** How many places an epoch has; {@code Long.MAX_VALUE} if it has no end. */
  long epochSize();

  /**
   * The sample at a place.
   *
   * @param epoch from 0
   * @param position from 0 to {@code epochSize() - 1}
   */
  long sample(long epoch, long position);

  /** Says in words what decides the order, for the checkpoint: a resumed run must have the same. */
  String description();
}

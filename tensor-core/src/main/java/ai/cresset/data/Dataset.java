package ai.cresset.data;

/**
 * Samples that can be read in any order. What a sample is made of never changes while the data set
 * is in use. Safe for use by several threads.
 */
public interface Dataset extends AutoCloseable {
  /** How many samples there are. */
  long size();

  /**
   * Reads samples into one batch of host tensors, which belong to the thread's current scope, or to
   * the caller.
   *
   * @param samples numbers from 0 to {@code size() - 1}, at least one
   */
  Batch gather(long[] samples);

  /**
   * The same for training. A data set that changes its samples at random draws by the sample and
   * the epoch alone, so that a sample looks the same whichever rank reads it, and in whichever
   * batch.
   *
   * @param epoch how often all samples were seen before, from 0
   */
  default Batch gather(long[] samples, long epoch) {
    return gather(samples);
  }

  /**
   * What tells this data set from any other: equal fingerprints mean equal samples in equal order.
   * A run resumes only on the data it was started with.
   */
  String fingerprint();

  /** Releases files and memory. */
  @Override
  void close();
}

package ai.cresset.data;

import ai.cresset.data.transform.Transform;

/**
 * Samples that are read one by one, in any order: what {@code torch.utils.data.Dataset} is. A
 * loader reads batches, so it is given {@link #collated}. Safe for use by several threads.
 */
public interface SampleDataset extends AutoCloseable {
  /** How many samples there are. */
  long size();

  /**
   * Reads a sample into host tensors, which belong to the thread's current scope, or to the caller.
   * It may be slow; loader threads call it.
   *
   * @param index from 0 to {@code size() - 1}
   * @param epoch how often all samples were seen before: what changes at random is drawn by index
   *     and epoch alone
   */
  Sample get(long index, long epoch);

  /** What errors call a sample: where it comes from, if that is known. */
  default String describe(long index) {
    return "sample " + index;
  }

  /** Equal fingerprints mean equal samples in equal order. */
  String fingerprint();

  /**
   * The same with one tensor changed.
   *
   * @param name of the tensor
   * @param seed of what chance decides
   */
  default SampleDataset transformed(String name, Transform transform, long seed) {
    return new TransformedSamples(this, name, transform, seed);
  }

  /** The same with {@code inputs} changed. */
  default SampleDataset transformed(Transform transform, long seed) {
    return transformed(Batch.INPUTS, transform, seed);
  }

  /** In batches of tensors of one shape. The result closes this. */
  default Dataset collated() {
    return collated(Collate.STACK);
  }

  /** In batches of the caller's making. The result closes this. */
  default Dataset collated(Collate collate) {
    return new CollatedDataset(this, collate);
  }

  /** Releases files and memory. */
  @Override
  default void close() {}
}

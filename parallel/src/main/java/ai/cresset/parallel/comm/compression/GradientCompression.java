package ai.cresset.parallel.comm.compression;

import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Work;
import java.util.Map;

/**
 * Sums a bucket of gradients over all ranks (PyTorch's communication hooks). All ranks end with the
 * same bits. Confined to the thread that owns the gradients.
 */
public interface GradientCompression extends AutoCloseable {
  /**
   * Starts the sum. The slice holds it once the caller has awaited the work, which also unpacks.
   * Buckets that are not {@code float32} are summed as they are.
   *
   * @param bucket its number, from 0; the same for the same gradients in every step
   */
  Work allReduceAsync(ProcessGroup group, int bucket, Slice gradients);

  /**
   * What the next step needs of this one, by bucket, {@code float32}; it differs between ranks. The
   * slices are live: what is written into them counts. Belongs into a checkpoint.
   */
  Map<Integer, Slice> state();

  /** Copies what {@link #state} gave before. */
  void restore(Map<Integer, Slice> state);

  @Override
  void close();
}

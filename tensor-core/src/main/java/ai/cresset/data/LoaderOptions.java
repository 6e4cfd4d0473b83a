package ai.cresset.data;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Device;
import org.jspecify.annotations.Nullable;

/**
 * How a loader cuts and reads ahead.
 *
 * @param microBatchSize the most samples of one micro-batch; a share that is larger is cut into
 *     several, whose gradients are accumulated. 0 never cuts
 * @param prefetch how many steps are read ahead at most, beside those that threads have in hand
 * @param device where batches shall be: what is read ahead travels there, through page-locked
 *     memory, while the step before is trained. Null leaves them in host memory; the training loop
 *     puts the model's device in its place
 * @param workers how many threads read, each a step of its own; batches and their order do not
 *     depend on it
 */
public record LoaderOptions(
    int microBatchSize, int prefetch, @Nullable Device device, int workers) {
  /** Whole shares, two steps ahead, one thread. */
  public static final LoaderOptions DEFAULT = new LoaderOptions(0, 2);

  public LoaderOptions {
    if (microBatchSize < 0) {
      throw ConfigException.value("microBatchSize", microBatchSize, "at least 1, or 0 for none");
    }
    if (prefetch < 1) {
      throw ConfigException.value("prefetch", prefetch, "at least 1");
    }
    if (workers < 1) {
      throw ConfigException.value("workers", workers, "at least 1");
    }
  }

  /** Without a device of its own, with one thread. */
  public LoaderOptions(int microBatchSize, int prefetch) {
    this(microBatchSize, prefetch, null, 1);
  }

  /** The same with batches on this device. */
  public LoaderOptions on(Device target) {
    return new LoaderOptions(microBatchSize, prefetch, target, workers);
  }

  /** The same, with batches on this device if none was chosen. */
  public LoaderOptions orOn(Device target) {
    return device == null ? on(target) : this;
  }

  /** The same with so many threads. */
  public LoaderOptions withWorkers(int threads) {
    return new LoaderOptions(microBatchSize, prefetch, device, threads);
  }
}

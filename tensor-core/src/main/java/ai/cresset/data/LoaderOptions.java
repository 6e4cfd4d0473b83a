package ai.cresset.data;

import ai.cresset.error.ConfigException;

/**
 * How a loader cuts and reads ahead.
 *
 * @param microBatchSize the most samples of one micro-batch; a share that is larger is cut into
 *     several, whose gradients are accumulated. 0 never cuts
 * @param prefetch how many steps are read ahead at most
 */
public record LoaderOptions(int microBatchSize, int prefetch) {
  /** Whole shares, two steps ahead. */
  public static final LoaderOptions DEFAULT = new LoaderOptions(0, 2);

  public LoaderOptions {
    if (microBatchSize < 0) {
      throw ConfigException.value("microBatchSize", microBatchSize, "at least 1, or 0 for none");
    }
    if (prefetch < 1) {
      throw ConfigException.value("prefetch", prefetch, "at least 1");
    }
  }
}

package ai.cresset.nn.norm;

import ai.cresset.error.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How a norm with running statistics behaves.
 *
 * @param epsilon added to the variance
 * @param momentum the share of a batch in the running statistics; null for the average of all
 *     batches
 * @param affine whether there are {@code weight} and {@code bias}
 * @param trackRunningStats whether there are running statistics, which evaluation uses
 */
public record RunningNormOptions(
    double epsilon, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
  /** PyTorch's defaults of batch norm: all of it. */
  public static final RunningNormOptions BATCH = new RunningNormOptions(1e-5, 0.1, true, true);

  /** PyTorch's defaults of instance norm: neither parameters nor running statistics. */
  public static final RunningNormOptions INSTANCE = new RunningNormOptions(1e-5, 0.1, false, false);

  public RunningNormOptions {
    if (!(epsilon >= 0)) {
      throw ConfigException.value("norm epsilon", epsilon, "a number of at least 0");
    }
    if (momentum != null && !(momentum >= 0 && momentum <= 1)) {
      throw ConfigException.value("norm momentum", momentum, "a number in [0, 1], or none");
    }
  }

  public RunningNormOptions withEpsilon(double other) {
    return new RunningNormOptions(other, momentum, affine, trackRunningStats);
  }

  /** Null for the average of all batches. */
  public RunningNormOptions withMomentum(@Nullable Double other) {
    return new RunningNormOptions(epsilon, other, affine, trackRunningStats);
  }

  public RunningNormOptions withAffine(boolean wanted) {
    return new RunningNormOptions(epsilon, momentum, wanted, trackRunningStats);
  }

  public RunningNormOptions withTrackRunningStats(boolean wanted) {
    return new RunningNormOptions(epsilon, momentum, affine, wanted);
  }
}

package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * Brings each channel of each sample to mean 0 and variance 1 (Ulyanov et al. 2016, {@code
 * torch.nn.InstanceNorm2d}).
 *
 * <p>Input and output {@code [batch, features, height, width]} or without batch. Parameters and
 * buffers as {@link RunningNorm} says; none by default.
 */
public final class InstanceNorm2d extends InstanceNorm {
  public InstanceNorm2d(long features) {
    this(features, RunningNormOptions.INSTANCE, Placement.DEFAULT);
  }

  public InstanceNorm2d(long features, RunningNormOptions options, Placement placement) {
    super(2, features, options, placement);
  }
}

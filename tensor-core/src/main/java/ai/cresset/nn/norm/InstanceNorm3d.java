package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * Brings each channel of each sample to mean 0 and variance 1 (Ulyanov et al. 2016, {@code
 * torch.nn.InstanceNorm3d}).
 *
 * <p>Input and output {@code [batch, features, depth, height, width]} or without batch. Parameters
 * and buffers as {@link RunningNorm} says; none by default.
 */
public final class InstanceNorm3d extends InstanceNorm {
  public InstanceNorm3d(long features) {
    this(features, RunningNormOptions.INSTANCE, Placement.DEFAULT);
  }

  public InstanceNorm3d(long features, RunningNormOptions options, Placement placement) {
    super(3, features, options, placement);
  }
}

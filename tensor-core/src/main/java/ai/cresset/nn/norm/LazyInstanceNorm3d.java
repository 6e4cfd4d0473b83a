package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link InstanceNorm3d} that takes its features from the first input ({@code
 * torch.nn.LazyInstanceNorm3d}). Input and output {@code [batch, features, depth, height, width]}
 * or without batch.
 */
public final class LazyInstanceNorm3d extends LazyNorm<InstanceNorm3d> {
  public LazyInstanceNorm3d() {
    this(RunningNormOptions.INSTANCE, Placement.DEFAULT);
  }

  public LazyInstanceNorm3d(RunningNormOptions options, Placement placement) {
    super(4, 4, options, placement);
  }

  @Override
  protected InstanceNorm3d make(long features) {
    return new InstanceNorm3d(features, options, placement);
  }
}

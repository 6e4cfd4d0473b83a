package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link InstanceNorm2d} that takes its features from the first input ({@code
 * torch.nn.LazyInstanceNorm2d}). Input and output {@code [batch, features, height, width]} or
 * without batch.
 */
public final class LazyInstanceNorm2d extends LazyNorm<InstanceNorm2d> {
  public LazyInstanceNorm2d() {
    this(RunningNormOptions.INSTANCE, Placement.DEFAULT);
  }

  public LazyInstanceNorm2d(RunningNormOptions options, Placement placement) {
    super(3, 3, options, placement);
  }

  @Override
  protected InstanceNorm2d make(long features) {
    return new InstanceNorm2d(features, options, placement);
  }
}

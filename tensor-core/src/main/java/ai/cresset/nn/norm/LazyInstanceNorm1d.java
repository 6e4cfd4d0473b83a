package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link InstanceNorm1d} that takes its features from the first input ({@code
 * torch.nn.LazyInstanceNorm1d}). Input and output {@code [batch, features, length]} or without
 * batch.
 */
public final class LazyInstanceNorm1d extends LazyNorm<InstanceNorm1d> {
  public LazyInstanceNorm1d() {
    this(RunningNormOptions.INSTANCE, Placement.DEFAULT);
  }

  public LazyInstanceNorm1d(RunningNormOptions options, Placement placement) {
    super(2, 2, options, placement);
  }

  @Override
  protected InstanceNorm1d make(long features) {
    return new InstanceNorm1d(features, options, placement);
  }
}

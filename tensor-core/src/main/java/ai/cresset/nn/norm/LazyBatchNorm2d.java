package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link BatchNorm2d} that takes its features from the first input ({@code
 * torch.nn.LazyBatchNorm2d}). Input and output {@code [batch, features, height, width]}.
 */
public final class LazyBatchNorm2d extends LazyNorm<BatchNorm2d> {
  public LazyBatchNorm2d() {
    this(RunningNormOptions.BATCH, Placement.DEFAULT);
  }

  public LazyBatchNorm2d(RunningNormOptions options, Placement placement) {
    super(4, 0, options, placement);
  }

  @Override
  protected BatchNorm2d make(long features) {
    return new BatchNorm2d(features, options, placement);
  }
}

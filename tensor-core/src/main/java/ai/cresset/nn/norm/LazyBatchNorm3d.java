package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link BatchNorm3d} that takes its features from the first input ({@code
 * torch.nn.LazyBatchNorm3d}). Input and output {@code [batch, features, depth, height, width]}.
 */
public final class LazyBatchNorm3d extends LazyNorm<BatchNorm3d> {
  public LazyBatchNorm3d() {
    this(RunningNormOptions.BATCH, Placement.DEFAULT);
  }

  public LazyBatchNorm3d(RunningNormOptions options, Placement placement) {
    super(5, 0, options, placement);
  }

  @Override
  protected BatchNorm3d make(long features) {
    return new BatchNorm3d(features, options, placement);
  }
}

package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;

/**
 * A {@link BatchNorm1d} that takes its features from the first input ({@code
 * torch.nn.LazyBatchNorm1d}). Input and output {@code [batch, features]} or {@code [batch,
 * features, length]}.
 */
public final class LazyBatchNorm1d extends LazyNorm<BatchNorm1d> {
  public LazyBatchNorm1d() {
    this(RunningNormOptions.BATCH, Placement.DEFAULT);
  }

  public LazyBatchNorm1d(RunningNormOptions options, Placement placement) {
    super(2, 0, options, placement);
  }

  @Override
  protected BatchNorm1d make(long features) {
    return new BatchNorm1d(features, options, placement);
  }
}

package ai.cresset.nn.norm;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.LazyLayer;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;

/**
 * What norms share that take their features from the first input.
 *
 * @param <L> the kind of norm that is made
 */
public abstract sealed class LazyNorm<L extends RunningNorm> extends LazyLayer<L>
    permits LazyBatchNorm1d,
        LazyBatchNorm2d,
        LazyBatchNorm3d,
        LazyInstanceNorm1d,
        LazyInstanceNorm2d,
        LazyInstanceNorm3d {
  final RunningNormOptions options;
  final Placement placement;
  private final int leastRank;
  private final int withoutBatch;

  /**
   * A norm.
   *
   * @param leastRank the least rank of inputs
   * @param withoutBatch the rank of inputs without batch, 0 where there is none
   */
  LazyNorm(int leastRank, int withoutBatch, RunningNormOptions options, Placement placement) {
    this.leastRank = leastRank;
    this.withoutBatch = withoutBatch;
    this.options = options;
    this.placement = placement;
  }

  @Override
  protected final long features(Tensor input) {
    if (input.rank() < leastRank) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(), "an input of rank " + leastRank + " or more", input.shape());
    }
    return input.size(input.rank() == withoutBatch ? 0 : 1);
  }

  @Override
  protected final String teller() {
    return options.affine() ? "weight" : "running_mean";
  }

  @Override
  protected final boolean hasState() {
    return options.affine() || options.trackRunningStats();
  }

  @Override
  protected final int tellerRank() {
    return 1;
  }

  @Override
  protected final long featuresOf(Tensor tensor) {
    return tensor.size(0);
  }
}

package ai.cresset.nn.norm;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;

/** What instance norms over inputs of different ranks share. */
public abstract sealed class InstanceNorm extends RunningNorm
    permits InstanceNorm1d, InstanceNorm2d, InstanceNorm3d {
  private final int spatial;

  InstanceNorm(int spatial, long features, RunningNormOptions options, Placement placement) {
    super(features, options, placement);
    this.spatial = spatial;
  }

  @Override
  protected final Tensor forward(Tensor input) {
    if (input.rank() == spatial + 1) {
      return normalized(input.unsqueeze(0)).squeeze(0);
    }
    if (input.rank() != spatial + 2) {
      throw ShapeException.mismatch(
          "InstanceNorm" + spatial + "d",
          "an input of rank " + (spatial + 2) + " (or without batch)",
          input.shape());
    }
    return normalized(input);
  }

  private Tensor normalized(Tensor images) {
    Double momentum = options.momentum();
    return Normalizations.instanceNorm(
        images,
        runningMean,
        runningVar,
        scale(),
        shift(),
        isTraining() || runningMean == null,
        momentum == null ? 0 : momentum,
        options.epsilon());
  }
}

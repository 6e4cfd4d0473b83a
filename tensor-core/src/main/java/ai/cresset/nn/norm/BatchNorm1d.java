package ai.cresset.nn.norm;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;

/**
 * Brings each channel to mean 0 and variance 1, then scales and shifts (Ioffe and Szegedy 2015,
 * {@code torch.nn.BatchNorm1d}): with the statistics of the batch in training, else with running
 * ones.
 *
 * <p>Input and output {@code [batch, features] or [batch, features, length]}. Parameters and
 * buffers as {@link RunningNorm} says.
 */
public final class BatchNorm1d extends BatchNorm {
  public BatchNorm1d(long features) {
    this(features, RunningNormOptions.BATCH, Placement.DEFAULT);
  }

  public BatchNorm1d(long features, RunningNormOptions options, Placement placement) {
    super(features, options, placement);
  }

  @Override
  void checkShape(Tensor input) {
    if (!(input.rank() == 2 || input.rank() == 3)) {
      throw ShapeException.mismatch(
          "BatchNorm1d", "[batch, features] or [batch, features, length]", input.shape());
    }
  }
}

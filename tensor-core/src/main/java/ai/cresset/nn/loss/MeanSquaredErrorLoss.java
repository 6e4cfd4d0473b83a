package ai.cresset.nn.loss;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * Squared differences ({@code torch.nn.MSELoss}). Predictions and targets of one shape; the weight
 * is the number of elements.
 *
 * <p>Throws a {@link ShapeException} if the shapes differ.
 */
public final class MeanSquaredErrorLoss extends TargetLoss {
  @Override
  protected Loss forward(Tensor input, Tensor target) {
    check(input, target);
    return Losses.mseLoss(input, target);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    check(input, target);
    return Losses.mseLoss(input, target, reduction);
  }

  private static void check(Tensor input, Tensor target) {
    if (!input.shape().equals(target.shape())) {
      throw ShapeException.mismatch(
          "MeanSquaredErrorLoss", "targets of shape " + input.shape(), target.shape());
    }
  }
}

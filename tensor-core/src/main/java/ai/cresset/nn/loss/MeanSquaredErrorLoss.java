package ai.cresset.nn.loss;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;

/**
 * Squared differences ({@code torch.nn.MSELoss}). Predictions and targets of one shape; the weight
 * is the number of elements.
 */
public final class MeanSquaredErrorLoss extends Module {
  /**
   * The loss of these predictions.
   *
   * @throws ShapeException if the shapes differ
   */
  public Loss call(Tensor predictions, Tensor targets) {
    if (!predictions.shape().equals(targets.shape())) {
      throw ShapeException.mismatch(
          "MeanSquaredErrorLoss", "targets of shape " + predictions.shape(), targets.shape());
    }
    return scopedLoss(() -> Losses.mseLoss(predictions, targets));
  }
}

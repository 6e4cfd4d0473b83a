package ai.cresset.nn.loss;

import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * {@code log(1 + e^(-target * input))} for targets of 1 and -1. Input and target of one shape
 * ({@code torch.nn.SoftMarginLoss}).
 */
public final class SoftMarginLoss extends TargetLoss {

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return MarginLosses.softMarginLoss(input, target);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return MarginLosses.softMarginLoss(input, target, reduction);
  }
}

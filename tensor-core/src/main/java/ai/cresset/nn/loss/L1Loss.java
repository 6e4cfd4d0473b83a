package ai.cresset.nn.loss;

import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/** Absolute differences. Input and target of one shape ({@code torch.nn.L1Loss}). */
public final class L1Loss extends TargetLoss {

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.l1Loss(input, target);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.l1Loss(input, target, reduction);
  }
}

package ai.cresset.nn.loss;

import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * The hinge loss of several right classes. Input {@code [batch, classes]}, target int64 of that
 * shape: class numbers up to the first -1 ({@code torch.nn.MultiLabelMarginLoss}).
 */
public final class MultilabelMarginLoss extends TargetLoss {

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return MarginLosses.multilabelMarginLoss(input, target);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return MarginLosses.multilabelMarginLoss(input, target, reduction);
  }
}

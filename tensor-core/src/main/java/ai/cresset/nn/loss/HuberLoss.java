package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * Half the squares of small differences, scaled absolute values of large ones. Input and target of
 * one shape ({@code torch.nn.HuberLoss}).
 */
public final class HuberLoss extends TargetLoss {
  private final double delta;

  /** With PyTorch's defaults: delta 1. */
  public HuberLoss() {
    this(1);
  }

  /**
   * A loss with its settings.
   *
   * @param delta where squares end
   */
  public HuberLoss(double delta) {
    this.delta = delta;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.huberLoss(input, target, delta);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.huberLoss(input, target, delta, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("delta", delta);
  }
}

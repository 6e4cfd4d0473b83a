package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * The Kullback-Leibler divergence of the target from the input, which is a log-probability. Input
 * and target of one shape; dim 0 is the batch ({@code torch.nn.KLDivLoss}).
 */
public final class KlDivLoss extends TargetLoss {
  private final boolean logTarget;

  /** With PyTorch's defaults: logTarget false. */
  public KlDivLoss() {
    this(false);
  }

  /**
   * A loss with its settings.
   *
   * @param logTarget whether targets are logarithms too
   */
  public KlDivLoss(boolean logTarget) {
    this.logTarget = logTarget;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.klDiv(input, target, logTarget);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.klDiv(input, target, logTarget, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.flag("logTarget", logTarget);
  }
}

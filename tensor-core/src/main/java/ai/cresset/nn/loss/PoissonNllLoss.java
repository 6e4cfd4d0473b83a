package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * The negative log-likelihood of counts. Input and target of one shape ({@code
 * torch.nn.PoissonNLLLoss}).
 */
public final class PoissonNllLoss extends TargetLoss {
  private final boolean logInput;
  private final boolean full;
  private final double eps;

  /** With PyTorch's defaults: logInput true, full false, eps 1e-8. */
  public PoissonNllLoss() {
    this(true, false, 1e-8);
  }

  /**
   * A loss with its settings.
   *
   * @param logInput whether the input is the logarithm of the mean
   * @param full whether Stirling's term is added
   * @param eps keeps logarithms finite
   */
  public PoissonNllLoss(boolean logInput, boolean full, double eps) {
    this.logInput = logInput;
    this.full = full;
    this.eps = eps;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.poissonNllLoss(input, target, logInput, full, eps);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.poissonNllLoss(input, target, logInput, full, eps, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.flag("logInput", logInput).flag("full", full).number("eps", eps);
  }
}

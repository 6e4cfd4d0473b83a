package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * The negative log-likelihood under normal distributions. Means, targets and variances of one
 * shape; variances may lack the last dimension or have it with size 1 ({@code
 * torch.nn.GaussianNLLLoss}).
 */
public final class GaussianNllLoss extends Module {
  private final boolean full;
  private final double eps;

  /** With PyTorch's defaults: full false, eps 1e-6. */
  public GaussianNllLoss() {
    this(false, 1e-6);
  }

  /**
   * A loss with its settings.
   *
   * @param full whether the constant term is added
   * @param eps the least variance
   */
  public GaussianNllLoss(boolean full, double eps) {
    this.full = full;
    this.eps = eps;
  }

  /** The loss as a sum and its weight. */
  public Loss call(Tensor input, Tensor target, Tensor variance) {
    return scopedLoss(() -> Losses.gaussianNllLoss(input, target, variance, full, eps));
  }

  /** The loss in a reduction. */
  public Tensor call(Tensor input, Tensor target, Tensor variance, LossReduction reduction) {
    return scoped(() -> Losses.gaussianNllLoss(input, target, variance, full, eps, reduction));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.flag("full", full).number("eps", eps);
  }
}

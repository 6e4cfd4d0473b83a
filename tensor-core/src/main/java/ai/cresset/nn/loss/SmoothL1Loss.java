package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * Squares of small differences, absolute values of large ones. Input and target of one shape
 * ({@code torch.nn.SmoothL1Loss}).
 */
public final class SmoothL1Loss extends TargetLoss {
  private final double beta;

  /** With PyTorch's defaults: beta 1. */
  public SmoothL1Loss() {
    this(1);
  }

  /**
   * A loss with its settings.
   *
   * @param beta where squares end
   */
  public SmoothL1Loss(double beta) {
    this.beta = beta;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.smoothL1Loss(input, target, beta);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.smoothL1Loss(input, target, beta, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("beta", beta);
  }
}

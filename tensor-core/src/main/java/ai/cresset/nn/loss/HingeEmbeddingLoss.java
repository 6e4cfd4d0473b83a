package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * The input where the target is 1, {@code max(0, margin - input)} where it is -1. Input and target
 * of one shape ({@code torch.nn.HingeEmbeddingLoss}).
 */
public final class HingeEmbeddingLoss extends TargetLoss {
  private final double margin;

  /** With PyTorch's defaults: margin 1. */
  public HingeEmbeddingLoss() {
    this(1);
  }

  /**
   * A loss with its settings.
   *
   * @param margin how far apart unlike pairs are to be
   */
  public HingeEmbeddingLoss(double margin) {
    this.margin = margin;
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return MarginLosses.hingeEmbeddingLoss(input, target, margin);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return MarginLosses.hingeEmbeddingLoss(input, target, margin, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("margin", margin);
  }
}

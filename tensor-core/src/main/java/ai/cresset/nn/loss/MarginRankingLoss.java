package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * {@code max(0, margin - target * (first - second))} for targets of 1 and -1. Three tensors of one
 * shape ({@code torch.nn.MarginRankingLoss}).
 */
public final class MarginRankingLoss extends Module {
  private final double margin;

  /** With PyTorch's defaults: margin 0. */
  public MarginRankingLoss() {
    this(0);
  }

  /**
   * A loss with its settings.
   *
   * @param margin what the better one is to be ahead
   */
  public MarginRankingLoss(double margin) {
    this.margin = margin;
  }

  /** The loss as a sum and its weight. */
  public Loss call(Tensor first, Tensor second, Tensor target) {
    return scopedLoss(() -> MarginLosses.marginRankingLoss(first, second, target, margin));
  }

  /** The loss in a reduction. */
  public Tensor call(Tensor first, Tensor second, Tensor target, LossReduction reduction) {
    return scoped(() -> MarginLosses.marginRankingLoss(first, second, target, margin, reduction));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("margin", margin);
  }
}

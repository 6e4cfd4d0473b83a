package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * 1 minus the cosine of like vectors, the cosine above a margin of unlike ones. Vectors {@code
 * [batch, size]}, targets of 1 and -1 {@code [batch]} ({@code torch.nn.CosineEmbeddingLoss}).
 */
public final class CosineEmbeddingLoss extends Module {
  private final double margin;

  /** With PyTorch's defaults: margin 0. */
  public CosineEmbeddingLoss() {
    this(0);
  }

  /**
   * A loss with its settings.
   *
   * @param margin the cosine that unlike vectors may have
   */
  public CosineEmbeddingLoss(double margin) {
    this.margin = margin;
  }

  /** The loss as a sum and its weight. */
  public Loss call(Tensor first, Tensor second, Tensor target) {
    return scopedLoss(() -> MarginLosses.cosineEmbeddingLoss(first, second, target, margin));
  }

  /** The loss in a reduction. */
  public Tensor call(Tensor first, Tensor second, Tensor target, LossReduction reduction) {
    return scoped(() -> MarginLosses.cosineEmbeddingLoss(first, second, target, margin, reduction));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("margin", margin);
  }
}

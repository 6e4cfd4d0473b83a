package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The binary cross entropy of each class, averaged over classes. Input and target {@code [batch,
 * classes]} ({@code torch.nn.MultiLabelSoftMarginLoss}).
 */
public final class MultilabelSoftMarginLoss extends TargetLoss {
  private final @Nullable Tensor weight;

  /** With PyTorch's defaults. */
  public MultilabelSoftMarginLoss() {
    this(null);
  }

  /**
   * A loss with its settings.
   *
   * @param weight how much each class counts, {@code [classes]}, or null; a buffer of this module
   */
  public MultilabelSoftMarginLoss(@Nullable Tensor weight) {
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return MarginLosses.multilabelSoftMarginLoss(input, target, weight);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return MarginLosses.multilabelSoftMarginLoss(input, target, weight, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.shape("weight", weight);
  }
}

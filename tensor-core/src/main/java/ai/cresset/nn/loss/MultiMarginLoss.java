package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The hinge loss of several classes. Input {@code [batch, classes]}, target int64 {@code [batch]}
 * ({@code torch.nn.MultiMarginLoss}).
 */
public final class MultiMarginLoss extends TargetLoss {
  private final int p;
  private final double margin;
  private final @Nullable Tensor weight;

  /** With PyTorch's defaults: p 1, margin 1. */
  public MultiMarginLoss() {
    this(1, 1, null);
  }

  /**
   * A loss with its settings.
   *
   * @param p the power, 1 or 2
   * @param margin what the right class is to be ahead
   * @param weight how much each class counts, {@code [classes]}, or null; a buffer of this module
   */
  public MultiMarginLoss(int p, double margin, @Nullable Tensor weight) {
    this.p = p;
    this.margin = margin;
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return MarginLosses.multiMarginLoss(input, target, p, margin, weight);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return MarginLosses.multiMarginLoss(input, target, p, margin, weight, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("p", p).number("margin", margin).shape("weight", weight);
  }
}

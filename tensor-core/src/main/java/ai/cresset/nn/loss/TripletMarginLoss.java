package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * How much closer the anchor is to the negative than it should be. Three tensors {@code [batch,
 * size]} ({@code torch.nn.TripletMarginLoss}).
 */
public final class TripletMarginLoss extends Module {
  private final double margin;
  private final double p;
  private final double eps;
  private final boolean swap;

  /** With PyTorch's defaults: margin 1, p 2, eps 1e-6, swap false. */
  public TripletMarginLoss() {
    this(1, 2, 1e-6, false);
  }

  /**
   * A loss with its settings.
   *
   * @param margin what the negative is to be farther
   * @param p of the norm
   * @param eps added to differences
   * @param swap whether the distance of positive and negative counts if it is smaller
   */
  public TripletMarginLoss(double margin, double p, double eps, boolean swap) {
    this.margin = margin;
    this.p = p;
    this.eps = eps;
    this.swap = swap;
  }

  /** The loss as a sum and its weight. */
  public Loss call(Tensor anchor, Tensor positive, Tensor negative) {
    return scopedLoss(
        () -> MarginLosses.tripletMarginLoss(anchor, positive, negative, margin, p, eps, swap));
  }

  /** The loss in a reduction. */
  public Tensor call(Tensor anchor, Tensor positive, Tensor negative, LossReduction reduction) {
    return scoped(
        () ->
            MarginLosses.tripletMarginLoss(
                anchor, positive, negative, margin, p, eps, swap, reduction));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("margin", margin).number("p", p).number("eps", eps).flag("swap", swap);
  }
}

package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Distances;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import java.util.function.BinaryOperator;

/**
 * How much closer the anchor is to the negative than it should be, by a distance of the user's own.
 * Three tensors of one shape, {@code [batch, ...]}; the loss has the distance's shape ({@code
 * torch.nn.TripletMarginWithDistanceLoss}).
 */
public final class TripletMarginWithDistanceLoss extends Module {
  private final BinaryOperator<Tensor> distance;
  private final double margin;
  private final boolean swap;

  /** With PyTorch's defaults: the Euclidean distance, margin 1, swap false. */
  public TripletMarginWithDistanceLoss() {
    this(Distances::pairwiseDistance, 1, false);
  }

  /**
   * A loss with its settings.
   *
   * @param distance of two tensors of one shape, nowhere negative
   * @param margin what the negative is to be farther, more than 0
   * @param swap whether the distance of positive and negative counts if it is smaller
   */
  public TripletMarginWithDistanceLoss(
      BinaryOperator<Tensor> distance, double margin, boolean swap) {
    if (!(margin > 0)) {
      throw ConfigException.value(
          "TripletMarginWithDistanceLoss.margin", margin, "a number greater than 0");
    }
    this.distance = distance;
    this.margin = margin;
    this.swap = swap;
  }

  /** The loss as a sum and its weight. */
  public Loss call(Tensor anchor, Tensor positive, Tensor negative) {
    return scopedLoss(
        () ->
            MarginLosses.tripletMarginWithDistanceLoss(
                anchor, positive, negative, distance, margin, swap));
  }

  /** The loss in a reduction. */
  public Tensor call(Tensor anchor, Tensor positive, Tensor negative, LossReduction reduction) {
    return scoped(
        () ->
            MarginLosses.tripletMarginWithDistanceLoss(
                anchor, positive, negative, distance, margin, swap, reduction));
  }
}

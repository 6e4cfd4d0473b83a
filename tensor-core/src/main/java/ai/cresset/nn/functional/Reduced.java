package ai.cresset.nn.functional;

import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/** What becomes of the losses of single elements or rows. */
final class Reduced {
  private Reduced() {}

  /** All of them, their sum, or their mean. */
  static Tensor of(Tensor losses, LossReduction reduction) {
    return switch (reduction) {
      case NONE -> losses;
      case SUM -> losses.sum();
      case MEAN -> losses.mean();
    };
  }

  /** Their sum, and their number as its weight. */
  static Loss loss(Tensor losses) {
    return new Loss(losses.sum(), losses.numel());
  }
}

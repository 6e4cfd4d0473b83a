package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;

/**
 * Softmax and negative log-likelihood of the right class ({@code torch.nn.CrossEntropyLoss}).
 *
 * <p>Logits {@code [..., classes]}, targets int64 {@code [...]}. The sum goes over the targets that
 * are not ignored; the weight is their number.
 */
public final class CrossEntropyLoss extends Module {
  private final long ignoreIndex;
  private final double labelSmoothing;

  public CrossEntropyLoss() {
    this(Losses.IGNORE_INDEX, 0);
  }

  /**
   * A cross entropy.
   *
   * @param ignoreIndex the target that does not count
   * @param labelSmoothing the part of each target spread evenly over all classes, in [0, 1]
   */
  public CrossEntropyLoss(long ignoreIndex, double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw ConfigException.value("label smoothing", labelSmoothing, "a number in [0, 1]");
    }
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
  }

  /** The loss of these logits. */
  public Loss call(Tensor logits, Tensor targets) {
    return scopedLoss(() -> forward(logits, targets));
  }

  private Loss forward(Tensor logits, Tensor targets) {
    Loss likelihood = Losses.crossEntropyLoss(logits, targets, ignoreIndex);
    if (labelSmoothing == 0) {
      return likelihood;
    }
    Tensor even = logits.logSoftmax(-1).sum(new int[] {-1}, false).neg();
    Tensor spread = even.maskedFill(targets.eq(ignoreIndex), 0).sum();
    double share = labelSmoothing / logits.size(-1);
    Tensor sum = likelihood.sum().mul(1 - labelSmoothing).add(spread, share);
    return new Loss(sum, likelihood.weight());
  }
}

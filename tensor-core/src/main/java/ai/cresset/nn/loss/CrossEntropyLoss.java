package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Softmax and negative log-likelihood of the right class ({@code torch.nn.CrossEntropyLoss}).
 *
 * <p>Logits {@code [..., classes]}, targets int64 {@code [...]}: classes are the last dimension,
 * also of images and sequences. The sum goes over the targets that are not ignored; the weight is
 * their number, or the sum of their classes' weights.
 */
public final class CrossEntropyLoss extends TargetLoss {
  private final long ignoreIndex;
  private final double labelSmoothing;
  private final @Nullable Tensor weight;

  public CrossEntropyLoss() {
    this(Losses.IGNORE_INDEX, 0);
  }

  /** With classes that count alike. */
  public CrossEntropyLoss(long ignoreIndex, double labelSmoothing) {
    this(ignoreIndex, labelSmoothing, null);
  }

  /**
   * A cross entropy.
   *
   * @param ignoreIndex the target that does not count
   * @param labelSmoothing the part of each target spread evenly over all classes, in [0, 1]
   * @param weight how much each class counts, {@code [classes]}, or null; a buffer of this module
   */
  public CrossEntropyLoss(long ignoreIndex, double labelSmoothing, @Nullable Tensor weight) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw ConfigException.value("label smoothing", labelSmoothing, "a number in [0, 1]");
    }
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  @Override
  protected Loss forward(Tensor logits, Tensor targets) {
    return Losses.crossEntropyLoss(logits, targets, weight, ignoreIndex, labelSmoothing);
  }

  @Override
  protected Tensor forward(Tensor logits, Tensor targets, LossReduction reduction) {
    Tensor ordered = logits.rank() > 2 ? logits.movedim(-1, 1) : logits;
    return Losses.crossEntropy(ordered, targets, weight, ignoreIndex, labelSmoothing, reduction);
  }
}

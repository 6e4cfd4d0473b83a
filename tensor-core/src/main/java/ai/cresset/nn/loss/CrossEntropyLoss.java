package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import org.jspecify.annotations.Nullable;

/**
 * Softmax and negative log-likelihood of the right class ({@code torch.nn.CrossEntropyLoss}).
 *
 * <p>Logits {@code [classes]}, {@code [batch, classes]} or {@code [batch, classes, d1, ...]},
 * targets int64 {@code []}, {@code [batch]} or {@code [batch, d1, ...]}, or probabilities of the
 * logits' shape. The sum goes over the targets that are not ignored; the weight is their number, or
 * the sum of their classes' weights. Scores {@code [batch, length, classes]} of sequences are
 * flattened to {@code [batch * length, classes]} by the caller.
 */
public final class CrossEntropyLoss extends TargetLoss {
  private final long ignoreIndex;
  private final double labelSmoothing;
  private final @Nullable Tensor weight;
  private @Nullable Computation other;

  /** Another way to compute a cross entropy of classes that count alike. */
  @FunctionalInterface
  public interface Computation {
    /**
     * Computes the sum and the number of targets that count.
     *
     * @param logits what the loss is called with, which may be a part of the classes
     */
    Loss loss(Tensor logits, Tensor targets, long ignoreIndex, double labelSmoothing);
  }

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
    checkSmoothing(labelSmoothing);
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  static void checkSmoothing(double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw ConfigException.value("label smoothing", labelSmoothing, "a number in [0, 1]");
    }
  }

  /**
   * Makes {@code computation} compute this loss, until the result is closed: for logits of which
   * each worker holds a part.
   *
   * @throws ConfigException if classes have weights
   */
  public HookHandle computeWith(Computation computation) {
    if (weight != null) {
      throw ConfigException.because(
          "CrossEntropyLoss: classes that workers share cannot have weights of their own; leave the"
              + " weights out");
    }
    other = computation;
    return () -> other = null;
  }

  @Override
  protected Loss forward(Tensor logits, Tensor targets) {
    if (other != null) {
      return other.loss(logits, targets, ignoreIndex, labelSmoothing);
    }
    return Losses.crossEntropy(logits, targets, weight, ignoreIndex, labelSmoothing);
  }

  @Override
  protected Tensor forward(Tensor logits, Tensor targets, LossReduction reduction) {
    if (other != null) {
      return reduced(other.loss(logits, targets, ignoreIndex, labelSmoothing), reduction);
    }
    return Losses.crossEntropy(logits, targets, weight, ignoreIndex, labelSmoothing, reduction);
  }

  private static Tensor reduced(Loss loss, LossReduction reduction) {
    return switch (reduction) {
      case SUM -> loss.sum();
      case MEAN -> loss.mean();
      case NONE ->
          throw ConfigException.value(
              "reduction of a loss over classes that workers share", reduction, "sum or mean");
    };
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("ignoreIndex", ignoreIndex)
        .number("labelSmoothing", labelSmoothing)
        .shape("weight", weight);
  }
}

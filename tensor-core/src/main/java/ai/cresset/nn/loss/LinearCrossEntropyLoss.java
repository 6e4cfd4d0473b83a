package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer to logits, and their {@link CrossEntropyLoss} ({@code
 * torch.nn.LinearCrossEntropyLoss}).
 *
 * <p>Input {@code [inFeatures]} or {@code [batch, inFeatures]}; logits {@code [batch, numClasses,
 * outFeatures...]}; targets as there. Child: {@code linear}, with a weight of {@code [numClasses *
 * outFeatures, inFeatures]}.
 */
public final class LinearCrossEntropyLoss extends TargetLoss {
  private final Linear linear;
  private final Shape logits;
  private final long ignoreIndex;
  private final double labelSmoothing;
  private final @Nullable Tensor weight;

  /** One loss for each row, without bias. */
  public LinearCrossEntropyLoss(long inFeatures, long numClasses) {
    this(inFeatures, Shape.of(numClasses), false, Losses.IGNORE_INDEX, 0, null, Placement.DEFAULT);
  }

  /**
   * A loss with its settings.
   *
   * @param logits the shape of a row's logits: {@code [numClasses, d1, ...]}
   * @param bias whether the linear layer has one
   * @param ignoreIndex the target that does not count
   * @param labelSmoothing the part of each target spread evenly over all classes, in [0, 1]
   * @param weight how much each class counts, {@code [numClasses]}, or null; a buffer of this
   *     module
   */
  public LinearCrossEntropyLoss(
      long inFeatures,
      Shape logits,
      boolean bias,
      long ignoreIndex,
      double labelSmoothing,
      @Nullable Tensor weight,
      Placement placement) {
    CrossEntropyLoss.checkSmoothing(labelSmoothing);
    this.logits = logits;
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.weight = weight == null ? null : buffer("weight", weight, true);
    linear = child("linear", new Linear(inFeatures, logits.numel(), bias, placement));
  }

  private Tensor logits(Tensor input) {
    Tensor flat = linear.call(input);
    return logits.rank() == 1 ? flat : flat.unflatten(-1, logits.toArray());
  }

  @Override
  protected Loss forward(Tensor input, Tensor targets) {
    return Losses.crossEntropy(logits(input), targets, weight, ignoreIndex, labelSmoothing);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor targets, LossReduction reduction) {
    return Losses.crossEntropy(
        logits(input), targets, weight, ignoreIndex, labelSmoothing, reduction);
  }

  @Override
  protected String settings() {
    return linear.weight().size(1) + " -> " + logits;
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("inFeatures", linear.weight().size(1))
        .integers("logits", logits.toArray())
        .flag("bias", linear.bias() != null)
        .integer("ignoreIndex", ignoreIndex)
        .number("labelSmoothing", labelSmoothing)
        .shape("weight", weight);
  }
}

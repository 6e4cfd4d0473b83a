package ai.cresset.nn.functional;

import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.BinaryCrossEntropy;
import ai.cresset.tensor.op.BinaryCrossEntropyWithLogits;
import ai.cresset.tensor.op.CrossEntropy;
import ai.cresset.tensor.op.Huber;
import ai.cresset.tensor.op.KlDivergence;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.tensor.op.PoissonNegativeLogLikelihood;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.SmoothL1;
import org.jspecify.annotations.Nullable;

/**
 * Losses of numbers and probabilities, with PyTorch's names, of floating types. Those with a {@link
 * LossReduction} give a tensor; those without give the sum and what it counts for, which is what
 * training over several workers adds up. Their means are the same.
 */
public final class Losses {
  /** The target that counts for nothing in {@link #crossEntropy}, as in PyTorch. */
  public static final long IGNORE_INDEX = CrossEntropy.IGNORE_INDEX;

  private Losses() {}

  /**
   * The mean cross entropy over targets that are not {@link #IGNORE_INDEX}; shapes as in {@link
   * #crossEntropy(Tensor, Tensor, long, LossReduction)}.
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, IGNORE_INDEX, LossReduction.MEAN);
  }

  /**
   * Cross entropy with PyTorch's shapes: classes are dim 1, also of images and sequences. Scores of
   * language models, {@code [batch, length, classes]}, are flattened to rows first.
   *
   * @param logits {@code [classes]}, {@code [batch, classes]} or {@code [batch, classes, d1, ...]}
   * @param targets {@code []}, {@code [batch]} or {@code [batch, d1, ...]}, int64; or probabilities
   *     of the logits' shape and type
   * @param ignoreIndex the target that counts for nothing
   * @return of the targets' shape (without classes) for NONE, else a scalar
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, long ignoreIndex, LossReduction reduction) {
    return crossEntropy(logits, targets, null, ignoreIndex, 0, reduction);
  }

  /**
   * The same with classes that count differently and with smoothed targets.
   *
   * @param weight {@code [classes]}: how much each class counts
   * @param labelSmoothing the share of the target that is spread over all classes, in [0, 1]
   */
  public static Tensor crossEntropy(
      Tensor logits,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex,
      double labelSmoothing,
      LossReduction reduction) {
    return Classes.crossEntropy(logits, targets, weight, ignoreIndex, labelSmoothing)
        .reduced(reduction);
  }

  /**
   * The same as a sum and the weights of the targets that count: their number where classes count
   * alike, and the number of rows for probabilities.
   */
  public static Loss crossEntropy(
      Tensor logits,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex,
      double labelSmoothing) {
    return Classes.crossEntropy(logits, targets, weight, ignoreIndex, labelSmoothing).loss();
  }

  /**
   * Cross entropy of logits that a linear map gives ({@code F.linear_cross_entropy}).
   *
   * @param x {@code [in]} or {@code [batch, in]}
   * @param linearWeight {@code [classes, in]}
   * @param linearBias {@code [classes]}
   * @param targets as of {@link #crossEntropy(Tensor, Tensor, long, LossReduction)}
   */
  public static Tensor linearCrossEntropy(
      Tensor x,
      Tensor linearWeight,
      @Nullable Tensor linearBias,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex,
      double labelSmoothing,
      LossReduction reduction) {
    Tensor logits = Layers.linear(x, linearWeight, linearBias);
    return crossEntropy(logits, targets, weight, ignoreIndex, labelSmoothing, reduction);
  }

  /**
   * The negative log-likelihood of class indices.
   *
   * @param logProbabilities {@code [classes]}, {@code [batch, classes]} or {@code [batch, classes,
   *     d1, ...]}
   * @param targets {@code []}, {@code [batch]} or {@code [batch, d1, ...]}, int64
   * @param weight {@code [classes]}: how much each class counts
   * @param ignoreIndex the target that counts for nothing
   */
  public static Tensor nllLoss(
      Tensor logProbabilities,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex,
      LossReduction reduction) {
    return Classes.likelihood(logProbabilities, targets, weight, ignoreIndex).reduced(reduction);
  }

  /** The same as a sum and the targets' weights. */
  public static Loss nllLoss(
      Tensor logProbabilities, Tensor targets, @Nullable Tensor weight, long ignoreIndex) {
    return Classes.likelihood(logProbabilities, targets, weight, ignoreIndex).loss();
  }

  /**
   * The cross entropy of probabilities and targets in [0, 1].
   *
   * @param weight how much each element counts; broadcasts
   * @throws DataException when a probability is outside of [0, 1]
   */
  public static Tensor binaryCrossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, LossReduction reduction) {
    return Reduced.of(binaryCrossEntropyOf(input, target, weight), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight) {
    return Reduced.loss(binaryCrossEntropyOf(input, target, weight));
  }

  private static Tensor binaryCrossEntropyOf(Tensor input, Tensor target, @Nullable Tensor weight) {
    sameShape("binaryCrossEntropy", input, target);
    Tensor values = input.detach();
    if (values.lt(0).logicalOr(values.gt(1)).any(new int[0], false).item() != 0) {
      throw DataException.outside("binaryCrossEntropy", "input", "[0, 1]");
    }
    Tensor losses = Promotion.all(new BinaryCrossEntropy(), input, target);
    return weight == null ? losses : losses.mul(weight);
  }

  /**
   * The cross entropy of {@code sigmoid(input)} and targets in [0, 1], without overflow.
   *
   * @param weight how much each element counts; broadcasts
   * @param posWeight how much more positive targets count; broadcasts
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input,
      Tensor target,
      @Nullable Tensor weight,
      @Nullable Tensor posWeight,
      LossReduction reduction) {
    return Reduced.of(withLogits(input, target, weight, posWeight), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss binaryCrossEntropyWithLogits(
      Tensor input, Tensor target, @Nullable Tensor weight, @Nullable Tensor posWeight) {
    return Reduced.loss(withLogits(input, target, weight, posWeight));
  }

  static Tensor withLogits(
      Tensor input, Tensor target, @Nullable Tensor weight, @Nullable Tensor posWeight) {
    sameShape("binaryCrossEntropyWithLogits", input, target);
    BinaryCrossEntropyWithLogits op = new BinaryCrossEntropyWithLogits(posWeight != null);
    Tensor losses =
        posWeight == null
            ? Promotion.all(op, input, target)
            : Promotion.all(op, input, target, posWeight);
    return weight == null ? losses : losses.mul(weight);
  }

  /** The absolute difference; both broadcast. */
  public static Tensor l1Loss(Tensor input, Tensor target, LossReduction reduction) {
    return Reduced.of(OperandCasting.ofFunction("l1Loss", input).sub(target).abs(), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss l1Loss(Tensor input, Tensor target) {
    return Reduced.loss(OperandCasting.ofFunction("l1Loss", input).sub(target).abs());
  }

  /** The squared difference; both broadcast. */
  public static Tensor mseLoss(Tensor input, Tensor target, LossReduction reduction) {
    return Reduced.of(differences(input, target).square(), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss mseLoss(Tensor input, Tensor target) {
    return Reduced.loss(differences(input, target).square());
  }

  private static Tensor differences(Tensor input, Tensor target) {
    OperandTypes.FLOATING.check("mseLoss", Promotion.common(input, target));
    return OperandCasting.ofFunction("mseLoss", input).sub(target);
  }

  /** Squares of differences below beta, absolute differences above. */
  public static Tensor smoothL1Loss(
      Tensor input, Tensor target, double beta, LossReduction reduction) {
    return Reduced.of(Promotion.binary(new SmoothL1(beta), input, target), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss smoothL1Loss(Tensor input, Tensor target, double beta) {
    return Reduced.loss(Promotion.binary(new SmoothL1(beta), input, target));
  }

  /** Half the squares of differences up to delta, {@code delta} times the difference above. */
  public static Tensor huberLoss(
      Tensor input, Tensor target, double delta, LossReduction reduction) {
    return Reduced.of(Promotion.binary(new Huber(delta), input, target), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss huberLoss(Tensor input, Tensor target, double delta) {
    return Reduced.loss(Promotion.binary(new Huber(delta), input, target));
  }

  /**
   * The Kullback-Leibler divergence of the target from the input.
   *
   * @param input log-probabilities
   * @param target probabilities, or their logarithms with {@code logTarget}
   * @param reduction MEAN is over all elements; for PyTorch's {@code batchmean} take the mean of
   *     {@link #klDiv(Tensor, Tensor, boolean)}
   */
  public static Tensor klDiv(
      Tensor input, Tensor target, boolean logTarget, LossReduction reduction) {
    return Reduced.of(Promotion.binary(new KlDivergence(logTarget), input, target), reduction);
  }

  /** The same as a sum and the size of the batch (dim 0), whose quotient is the divergence. */
  public static Loss klDiv(Tensor input, Tensor target, boolean logTarget) {
    Tensor sum = klDiv(input, target, logTarget, LossReduction.SUM);
    return new Loss(sum, input.rank() == 0 ? 1 : input.size(0));
  }

  /**
   * The negative log-likelihood of counts.
   *
   * @param logInput whether the input is the logarithm of the mean
   * @param full whether the part that depends on the target alone is approximated (Stirling)
   * @param eps keeps the logarithm of a mean finite
   */
  public static Tensor poissonNllLoss(
      Tensor input,
      Tensor target,
      boolean logInput,
      boolean full,
      double eps,
      LossReduction reduction) {
    return Reduced.of(poissonOf(input, target, logInput, full, eps), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss poissonNllLoss(
      Tensor input, Tensor target, boolean logInput, boolean full, double eps) {
    return Reduced.loss(poissonOf(input, target, logInput, full, eps));
  }

  private static Tensor poissonOf(
      Tensor input, Tensor target, boolean logInput, boolean full, double eps) {
    return Promotion.all(new PoissonNegativeLogLikelihood(logInput, full, eps), input, target);
  }

  /**
   * The negative log-likelihood of normally distributed targets.
   *
   * @param var variances, of the input's shape, without its last dimension, or with size 1 there
   * @param full whether the constant part is added
   * @param eps the least a variance counts for, which the gradient does not see
   * @throws DataException when a variance is negative
   */
  public static Tensor gaussianNllLoss(
      Tensor input, Tensor target, Tensor var, boolean full, double eps, LossReduction reduction) {
    return Reduced.of(gaussianOf(input, target, var, full, eps), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss gaussianNllLoss(
      Tensor input, Tensor target, Tensor var, boolean full, double eps) {
    return Reduced.loss(gaussianOf(input, target, var, full, eps));
  }

  private static Tensor gaussianOf(
      Tensor input, Tensor target, Tensor var, boolean full, double eps) {
    OperandTypes.FLOATING.check("gaussianNllLoss", Promotion.common(input, target));
    boolean rows = var.rank() == input.rank() - 1 && !var.shape().equals(input.shape());
    Tensor variance = rows ? var.unsqueeze(-1) : var;
    Tensor values = variance.detach();
    if (values.lt(0).any(new int[0], false).item() != 0) {
      throw DataException.outside("gaussianNllLoss", "var", "[0, infinity)");
    }
    Tensor bounded = variance.add(values.clampMin(eps).sub(values));
    Tensor losses = bounded.log().add(input.sub(target).square().div(bounded)).mul(0.5);
    return full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses;
  }

  static void sameShape(String op, Tensor input, Tensor target) {
    if (!input.shape().equals(target.shape())) {
      throw ShapeException.mismatch(op, "a target of shape " + input.shape(), target.shape());
    }
  }
}

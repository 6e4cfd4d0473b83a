package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.HingeEmbedding;
import ai.cresset.tensor.op.MarginRanking;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.SoftMargin;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Losses that ask for a distance between right and wrong, with PyTorch's names. Those with a {@link
 * LossReduction} give a tensor; those without give the sum and what it counts for.
 */
public final class MarginLosses {
  private static final double COSINE_EPSILON = 1e-12;

  private MarginLosses() {}

  /** {@code log(1 + e^(-target * input))} for targets of 1 and -1. */
  public static Tensor softMarginLoss(Tensor input, Tensor target, LossReduction reduction) {
    return Reduced.of(Promotion.binary(new SoftMargin(), input, target), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss softMarginLoss(Tensor input, Tensor target) {
    return Reduced.loss(Promotion.binary(new SoftMargin(), input, target));
  }

  /** The input where the target is 1, {@code max(0, margin - input)} where it is -1. */
  public static Tensor hingeEmbeddingLoss(
      Tensor input, Tensor target, double margin, LossReduction reduction) {
    return Reduced.of(Promotion.binary(new HingeEmbedding(margin), input, target), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss hingeEmbeddingLoss(Tensor input, Tensor target, double margin) {
    return Reduced.loss(Promotion.binary(new HingeEmbedding(margin), input, target));
  }

  /** {@code max(0, margin - target * (first - second))} for targets of 1 and -1. */
  public static Tensor marginRankingLoss(
      Tensor first, Tensor second, Tensor target, double margin, LossReduction reduction) {
    return Reduced.of(ranking(first, second, target, margin), reduction);
  }

  /** The same as a sum and the number of elements. */
  public static Loss marginRankingLoss(Tensor first, Tensor second, Tensor target, double margin) {
    return Reduced.loss(ranking(first, second, target, margin));
  }

  private static Tensor ranking(Tensor first, Tensor second, Tensor target, double margin) {
    return Promotion.all(new MarginRanking(margin), first, second, target);
  }

  /**
   * {@code 1 - cos} of vectors whose target is 1, {@code max(0, cos - margin)} of those with -1.
   *
   * @param first {@code [batch, size]} or {@code [size]}
   * @param second of the same shape
   * @param target {@code [batch]} or {@code []}
   */
  public static Tensor cosineEmbeddingLoss(
      Tensor first, Tensor second, Tensor target, double margin, LossReduction reduction) {
    return Reduced.of(cosines(first, second, target, margin), reduction);
  }

  /** The same as a sum and the number of vectors. */
  public static Loss cosineEmbeddingLoss(
      Tensor first, Tensor second, Tensor target, double margin) {
    return Reduced.loss(cosines(first, second, target, margin));
  }

  private static Tensor cosines(Tensor first, Tensor second, Tensor target, double margin) {
    if (target.rank() != first.rank() - 1 || first.rank() != second.rank()) {
      throw ShapeException.mismatch(
          "cosineEmbeddingLoss",
          "first and second [batch, size], target [batch]",
          first.shape() + ", " + second.shape() + " and " + target.shape());
    }
    int[] last = {-1};
    Tensor left = OperandCasting.ofFunction("cosineEmbeddingLoss", first);
    Tensor right = OperandCasting.ofFunction("cosineEmbeddingLoss", second);
    Tensor product = left.mul(right).sum(last, false);
    Tensor squares =
        left.square()
            .sum(last, false)
            .add(COSINE_EPSILON)
            .mul(right.square().sum(last, false).add(COSINE_EPSILON));
    Tensor cosine = product.div(squares.sqrt());
    Tensor apart = cosine.sub(margin).clampMin(0);
    Tensor zero = Tensor.zeros(cosine.spec());
    return Functional.where(target.eq(1), cosine.rsub(1), zero)
        .add(Functional.where(target.eq(-1), apart, zero));
  }

  /**
   * {@code max(0, d(anchor, positive) - d(anchor, negative) + margin)} of vectors.
   *
   * @param p of the norm
   * @param eps added to differences
   * @param swap whether the positive's distance to the negative counts where it is smaller
   */
  public static Tensor tripletMarginLoss(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      double margin,
      double p,
      double eps,
      boolean swap,
      LossReduction reduction) {
    return Reduced.of(triplets(anchor, positive, negative, margin, p, eps, swap), reduction);
  }

  /** The same as a sum and the number of triplets. */
  public static Loss tripletMarginLoss(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      double margin,
      double p,
      double eps,
      boolean swap) {
    return Reduced.loss(triplets(anchor, positive, negative, margin, p, eps, swap));
  }

  private static Tensor triplets(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      double margin,
      double p,
      double eps,
      boolean swap) {
    return triplets(
        anchor,
        positive,
        negative,
        (a, b) -> Distances.pairwiseDistance(a, b, p, eps, false),
        margin,
        swap);
  }

  /**
   * {@code max(0, d(anchor, positive) - d(anchor, negative) + margin)} for a distance of the user's
   * own ({@code F.triplet_margin_with_distance_loss}).
   *
   * @param distance of two tensors, nowhere negative
   * @param swap whether the positive's distance to the negative counts where it is smaller
   */
  public static Tensor tripletMarginWithDistanceLoss(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      BinaryOperator<Tensor> distance,
      double margin,
      boolean swap,
      LossReduction reduction) {
    return Reduced.of(triplets(anchor, positive, negative, distance, margin, swap), reduction);
  }

  /** The same as a sum and the number of triplets. */
  public static Loss tripletMarginWithDistanceLoss(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      BinaryOperator<Tensor> distance,
      double margin,
      boolean swap) {
    return Reduced.loss(triplets(anchor, positive, negative, distance, margin, swap));
  }

  private static Tensor triplets(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      BinaryOperator<Tensor> distance,
      double margin,
      boolean swap) {
    if (anchor.rank() != positive.rank() || anchor.rank() != negative.rank()) {
      throw ShapeException.mismatch(
          "tripletMarginLoss",
          "anchor, positive and negative of one rank",
          anchor.shape() + ", " + positive.shape() + " and " + negative.shape());
    }
    Tensor from = OperandCasting.ofFunction("tripletMarginLoss", anchor);
    Tensor same = OperandCasting.ofFunction("tripletMarginLoss", positive);
    Tensor other = OperandCasting.ofFunction("tripletMarginLoss", negative);
    Tensor near = distance.apply(from, same);
    Tensor far = distance.apply(from, other);
    if (swap) {
      far = far.minimum(distance.apply(same, other));
    }
    return near.sub(far).add(margin).clampMin(0);
  }

  /**
   * {@code sum_i max(0, margin - x[y] + x[i])^p / classes} over the classes i other than y.
   *
   * @param input {@code [batch, classes]} or {@code [classes]}
   * @param target {@code [batch]} or {@code []}, int64
   * @param p 1 or 2
   * @param weight {@code [classes]}: how much each target counts
   */
  public static Tensor multiMarginLoss(
      Tensor input,
      Tensor target,
      int p,
      double margin,
      @Nullable Tensor weight,
      LossReduction reduction) {
    return Reduced.of(multiMargins(input, target, p, margin, weight), reduction);
  }

  /** The same as a sum and the number of rows. */
  public static Loss multiMarginLoss(
      Tensor input, Tensor target, int p, double margin, @Nullable Tensor weight) {
    return Reduced.loss(multiMargins(input, target, p, margin, weight));
  }

  private static Tensor multiMargins(
      Tensor input, Tensor target, int p, double margin, @Nullable Tensor weight) {
    if (p != 1 && p != 2) {
      throw ConfigException.value("multiMarginLoss.p", p, "1 or 2");
    }
    checkRows("multiMarginLoss", input, target, input.rank() - 1);
    Tensor index = target.unsqueeze(-1);
    Tensor scores = OperandCasting.ofFunction("multiMarginLoss", input);
    Tensor own = scores.gather(input.rank() - 1, index);
    Tensor gaps = scores.sub(own).add(margin).relu();
    Tensor costs = p == 1 ? gaps : gaps.square();
    if (weight != null) {
      costs = costs.mul(weight.indexSelect(0, target.reshape(-1)).reshape(index.shape()));
    }
    Tensor classes = Tensor.arange(input.size(-1)).to(input.device());
    return costs.maskedFill(classes.eq(index), 0).mean(new int[] {-1}, false);
  }

  /**
   * {@code sum_ij max(0, 1 - x[y[j]] + x[i]) / classes} over the target classes j and the others i.
   *
   * @param input {@code [batch, classes]} or {@code [classes]}
   * @param target of the same shape, int64: the target classes, then -1
   */
  public static Tensor multilabelMarginLoss(Tensor input, Tensor target, LossReduction reduction) {
    return Reduced.of(multilabelMargins(input, target), reduction);
  }

  /** The same as a sum and the number of rows. */
  public static Loss multilabelMarginLoss(Tensor input, Tensor target) {
    return Reduced.loss(multilabelMargins(input, target));
  }

  private static Tensor multilabelMargins(Tensor input, Tensor target) {
    checkRows("multilabelMarginLoss", input, target, input.rank());
    Losses.sameShape("multilabelMarginLoss", input, target);
    int last = input.rank() - 1;
    Tensor counts = target.lt(0).to(DType.INT64).cumsum(last).eq(0);
    Tensor index = target.maskedFill(counts.logicalNot(), 0);
    // A class may be named once by its index and often by the zeros that fill the row.
    Tensor named = Tensor.zeros(index.spec()).scatterAdd(last, index, counts.to(DType.INT64)).gt(0);
    Tensor scores = OperandCasting.ofFunction("multilabelMarginLoss", input);
    Tensor own = scores.gather(last, index).unsqueeze(-1);
    Tensor gaps = scores.unsqueeze(-2).sub(own).add(1).relu();
    Tensor unwanted = named.unsqueeze(-2).logicalOr(counts.logicalNot().unsqueeze(-1));
    return gaps.maskedFill(unwanted, 0).sum(new int[] {-2, -1}, false).div(input.size(-1));
  }

  /**
   * The mean over classes of the binary cross entropies of {@code sigmoid(input)}.
   *
   * @param input {@code [..., classes]}
   * @param target of the same shape, 0 or 1
   * @param weight {@code [classes]}
   */
  public static Tensor multilabelSoftMarginLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, LossReduction reduction) {
    return Reduced.of(multilabelSoftMargins(input, target, weight), reduction);
  }

  /** The same as a sum and the number of rows. */
  public static Loss multilabelSoftMarginLoss(
      Tensor input, Tensor target, @Nullable Tensor weight) {
    return Reduced.loss(multilabelSoftMargins(input, target, weight));
  }

  private static Tensor multilabelSoftMargins(
      Tensor input, Tensor target, @Nullable Tensor weight) {
    return Losses.withLogits(input, target, weight, null).mean(new int[] {-1}, false);
  }

  private static void checkRows(String op, Tensor input, Tensor target, int rank) {
    OperandTypes.FLOATING.check(op, input.dtype());
    if (target.dtype() != DType.INT64) {
      throw DTypeException.mismatch(op + " (target)", DType.INT64, target.dtype());
    }
    boolean fits = input.rank() >= 1 && input.rank() <= 2 && target.rank() == rank;
    Shape rows = fits ? input.shape().without(-1) : input.shape();
    if (!fits || (rank < input.rank() && !target.shape().equals(rows))) {
      throw ShapeException.mismatch(
          op,
          "input [batch, classes] and a target for each row",
          input.shape() + " and " + target.shape());
    }
  }
}

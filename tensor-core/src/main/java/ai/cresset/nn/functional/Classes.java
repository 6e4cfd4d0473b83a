package ai.cresset.nn.functional;

import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.CrossEntropy;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Losses of classes: one for each target, and what the targets count for together.
 *
 * @param losses of the targets' shape, already weighted; 0 where the target is ignored
 * @param weight what their sum is divided by for a mean, a scalar
 */
record Classes(Tensor losses, Tensor weight) {
  Tensor reduced(LossReduction reduction) {
    return switch (reduction) {
      case NONE -> losses;
      case SUM -> losses.sum();
      case MEAN -> losses.sum().div(weight.to(losses.dtype()));
    };
  }

  Loss loss() {
    return new Loss(losses.sum(), weight.item());
  }

  /** Cross entropy of logits with classes at dim 1. */
  static Classes crossEntropy(
      Tensor logits,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex,
      double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw ConfigException.value(
          "crossEntropy.labelSmoothing", labelSmoothing, "a number in [0, 1]");
    }
    OperandTypes.FLOATING.check("crossEntropy", logits.dtype());
    Tensor last = classesLast(OperandCasting.ofFunction("crossEntropy", logits));
    checkWeight("crossEntropy", weight, last);
    if (targets.dtype().isFloating()) {
      if (!targets.shape().equals(logits.shape())) {
        throw ShapeException.mismatch(
            "crossEntropy",
            "targets of "
                + targets.dtype()
                + " to be probabilities in the input's shape "
                + logits.shape(),
            targets.shape(),
            "for classes by number cast them with to(DType.INT64)");
      }
      return soft(last, classesLast(targets), weight, labelSmoothing);
    }
    Tensor rows = rows("crossEntropy", logits, last, targets);
    Tensor flat = targets.reshape(-1);
    boolean fused = logits.backend().capability(FusedCrossEntropy.class).isPresent();
    if (fused && weight == null && labelSmoothing == 0) {
      Tensor losses = Dispatch.apply(new CrossEntropy(ignoreIndex), rows, flat);
      return new Classes(losses.reshape(targets.shape()), targets.ne(ignoreIndex).sum());
    }
    Tensor logProbabilities = rows.logSoftmax(1);
    Classes picked = picked("crossEntropy", logProbabilities, flat, weight, ignoreIndex);
    Tensor losses = picked.losses();
    if (labelSmoothing > 0) {
      Tensor all = weight == null ? logProbabilities : logProbabilities.mul(weight);
      Tensor spread =
          all.sum(new int[] {1}, false)
              .mul(-labelSmoothing / rows.size(1))
              .maskedFill(flat.eq(ignoreIndex), 0);
      losses = losses.mul(1 - labelSmoothing).add(spread);
    }
    return new Classes(losses.reshape(targets.shape()), picked.weight());
  }

  /** Cross entropy with probabilities as targets, {@code [..., classes]} like the logits. */
  private static Classes soft(
      Tensor logits, Tensor targets, @Nullable Tensor weight, double labelSmoothing) {
    Tensor smoothed =
        labelSmoothing == 0
            ? targets
            : targets.mul(1 - labelSmoothing).add(labelSmoothing / logits.size(-1));
    Tensor each = logits.logSoftmax(-1).mul(smoothed).neg();
    Tensor losses = (weight == null ? each : each.mul(weight)).sum(new int[] {-1}, false);
    return new Classes(losses, Tensor.full(losses.spec().withShape(Shape.of()), losses.numel()));
  }

  /** The negative log-likelihood of log-probabilities with classes at dim 1. */
  static Classes likelihood(
      Tensor logProbabilities, Tensor targets, @Nullable Tensor weight, long ignoreIndex) {
    OperandTypes.FLOATING.check("nllLoss", logProbabilities.dtype());
    Tensor last = classesLast(OperandCasting.ofFunction("nllLoss", logProbabilities));
    checkWeight("nllLoss", weight, last);
    Tensor rows = rows("nllLoss", logProbabilities, last, targets);
    Classes flat = picked("nllLoss", rows, targets.reshape(-1), weight, ignoreIndex);
    return new Classes(flat.losses().reshape(targets.shape()), flat.weight());
  }

  private static Classes picked(
      String op,
      Tensor logProbabilities,
      Tensor targets,
      @Nullable Tensor weight,
      long ignoreIndex) {
    Tensor ignored = targets.eq(ignoreIndex);
    Tensor index = targets.maskedFill(ignored, 0);
    Tensor losses;
    try {
      losses = logProbabilities.gather(1, index.unsqueeze(1)).squeeze(1).neg();
    } catch (ShapeException e) {
      throw e.toldBy(op, CrossEntropy.targetsMustBe(logProbabilities.size(1), ignoreIndex));
    }
    if (weight == null) {
      return new Classes(losses.maskedFill(ignored, 0), ignored.logicalNot().sum());
    }
    Tensor weights = weight.indexSelect(0, index).maskedFill(ignored, 0);
    return new Classes(losses.maskedFill(ignored, 0).mul(weights), weights.sum());
  }

  private static Tensor classesLast(Tensor x) {
    if (x.rank() <= 2) {
      return x;
    }
    int[] dims = new int[x.rank()];
    for (int dim = 1; dim < dims.length; dim++) {
      dims[dim] = dim + 1;
    }
    dims[dims.length - 1] = 1;
    return x.permute(dims);
  }

  /**
   * One row of classes for each target.
   *
   * @param input with classes at dim 1
   * @param last the same with classes as the last dimension
   */
  private static Tensor rows(String op, Tensor input, Tensor last, Tensor targets) {
    if (targets.dtype() != DType.INT64) {
      throw DTypeException.mismatch(op + " (targets)", DType.INT64, targets.dtype());
    }
    Shape expected = last.shape().without(-1);
    if (!expected.equals(targets.shape())) {
      String text =
          "targets " + expected + " for the input " + input.shape() + ", classes at dim 1";
      boolean classesLast = input.rank() > 2 && input.shape().without(-1).equals(targets.shape());
      throw classesLast
          ? ShapeException.mismatch(
              op,
              text,
              targets.shape(),
              "flatten what is before the classes of both, or move these with movedim(-1, 1)")
          : ShapeException.mismatch(op, text, targets.shape());
    }
    // An empty tensor gives no hint at the number of rows.
    return last.reshape(Shape.of(targets.numel(), last.size(-1)));
  }

  private static void checkWeight(String op, @Nullable Tensor weight, Tensor input) {
    if (input.rank() < 1) {
      throw ShapeException.mismatch(op, "[classes] or [batch, classes, ...]", input.shape());
    }
    if (weight == null) {
      return;
    }
    if (!weight.shape().equals(Shape.of(input.size(-1)))) {
      throw ShapeException.mismatch(op, "weight [" + input.size(-1) + "]", weight.shape());
    }
    if (weight.dtype() != input.dtype()) {
      throw DTypeException.mismatch(op + " (weight)", input.dtype(), weight.dtype());
    }
  }
}

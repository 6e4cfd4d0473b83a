package ai.cresset.nn.functional;

import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.CrossEntropy;
import ai.cresset.tensor.op.Dispatch;

/** Losses: how far outputs are from targets. */
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
   * Cross entropy with PyTorch's shapes: classes are dim 1, also of images and sequences. {@link
   * #crossEntropyLoss} takes them as the last dimension.
   *
   * @param logits {@code [classes]}, {@code [batch, classes]} or {@code [batch, classes, d1, ...]}
   * @param targets {@code []}, {@code [batch]} or {@code [batch, d1, ...]}, int64
   * @param ignoreIndex the target that counts for nothing
   * @return of the targets' shape for NONE, else a scalar
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, long ignoreIndex, LossReduction reduction) {
    Tensor last = logits;
    if (logits.rank() > 2) {
      int[] dims = new int[logits.rank()];
      for (int dim = 1; dim < dims.length; dim++) {
        dims[dim] = dim + 1;
      }
      dims[dims.length - 1] = 1;
      last = logits.permute(dims);
    }
    Tensor losses = crossEntropyRows(last, targets, ignoreIndex);
    return switch (reduction) {
      case NONE -> losses.reshape(targets.shape());
      case SUM -> losses.sum();
      case MEAN -> losses.sum().div(count(targets, ignoreIndex).to(losses.dtype()));
    };
  }

  /**
   * Cross entropy as a sum and the number of targets that count.
   *
   * @param logits {@code [..., classes]}
   * @param targets {@code [...]}, int64
   */
  public static Loss crossEntropyLoss(Tensor logits, Tensor targets, long ignoreIndex) {
    Tensor sum = crossEntropyRows(logits, targets, ignoreIndex).sum();
    return new Loss(sum, count(targets, ignoreIndex).item());
  }

  private static Tensor count(Tensor targets, long ignoreIndex) {
    return targets.ne(ignoreIndex).sum();
  }

  private static Tensor crossEntropyRows(Tensor logits, Tensor targets, long ignoreIndex) {
    boolean fits = logits.rank() == targets.rank() + 1;
    if (!fits || !logits.shape().without(-1).equals(targets.shape())) {
      throw ShapeException.mismatch(
          "crossEntropy",
          "one target for each row of logits",
          "logits [..., classes] = " + logits.shape() + " and targets " + targets.shape());
    }
    Tensor rows = logits.reshape(-1, logits.size(-1));
    Tensor flat = targets.reshape(-1);
    if (logits.backend().capability(FusedCrossEntropy.class).isPresent()) {
      return Dispatch.apply(new CrossEntropy(ignoreIndex), rows, flat);
    }
    Tensor ignored = flat.eq(ignoreIndex);
    Tensor index = flat.maskedFill(ignored, 0).unsqueeze(1);
    Tensor picked = rows.logSoftmax(1).gather(1, index).squeeze(1);
    return picked.neg().maskedFill(ignored, 0);
  }

  /** The squared difference: the mean, the sum, or each. */
  public static Tensor mseLoss(Tensor input, Tensor target, LossReduction reduction) {
    Tensor squares = input.sub(target).square();
    return switch (reduction) {
      case NONE -> squares;
      case SUM -> squares.sum();
      case MEAN -> squares.mean();
    };
  }

  /** The squared difference as a sum and the number of elements. */
  public static Loss mseLoss(Tensor input, Tensor target) {
    Tensor squares = input.sub(target).square();
    return new Loss(squares.sum(), squares.numel());
  }
}

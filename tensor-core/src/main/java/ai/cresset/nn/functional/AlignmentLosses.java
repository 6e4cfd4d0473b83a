package ai.cresset.nn.functional;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.CtcLoss;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/** Losses of sequences whose alignment to their targets is unknown. */
public final class AlignmentLosses {
  private AlignmentLosses() {}

  /**
   * Connectionist temporal classification ({@code F.ctc_loss}).
   *
   * @param logProbabilities {@code [time, batch, classes]} or {@code [time, classes]}, from a
   *     log-softmax
   * @param targets class indices, {@code [batch, length]} padded or one after the other {@code
   *     [total]}; an integer type
   * @param inputLengths {@code [batch]} (or {@code []}): how much of the time counts
   * @param targetLengths {@code [batch]} (or {@code []})
   * @param blank the class that stands for no label
   * @param zeroInfinity whether targets that fit no alignment count for nothing
   * @param reduction MEAN divides each loss by its target's length first, as in PyTorch
   */
  public static Tensor ctcLoss(
      Tensor logProbabilities,
      Tensor targets,
      Tensor inputLengths,
      Tensor targetLengths,
      long blank,
      boolean zeroInfinity,
      LossReduction reduction) {
    Tensor losses =
        losses(logProbabilities, targets, inputLengths, targetLengths, blank, zeroInfinity);
    Tensor result =
        reduction == LossReduction.MEAN
            ? perLabel(losses, targetLengths).mean()
            : Reduced.of(losses, reduction);
    boolean single = logProbabilities.rank() == 2 && reduction == LossReduction.NONE;
    return single ? result.reshape(Shape.of()) : result;
  }

  /** The losses over their targets' lengths as a sum and the number of sequences. */
  public static Loss ctcLoss(
      Tensor logProbabilities,
      Tensor targets,
      Tensor inputLengths,
      Tensor targetLengths,
      long blank,
      boolean zeroInfinity) {
    Tensor losses =
        losses(logProbabilities, targets, inputLengths, targetLengths, blank, zeroInfinity);
    return Reduced.loss(perLabel(losses, targetLengths));
  }

  private static Tensor perLabel(Tensor losses, Tensor targetLengths) {
    return losses.div(targetLengths.reshape(-1).clampMin(1).to(losses.dtype()));
  }

  private static Tensor losses(
      Tensor logProbabilities,
      Tensor targets,
      Tensor inputLengths,
      Tensor targetLengths,
      long blank,
      boolean zeroInfinity) {
    boolean single = logProbabilities.rank() == 2;
    Tensor scores = single ? logProbabilities.unsqueeze(1) : logProbabilities;
    Tensor inputs = integers(inputLengths).reshape(-1);
    Tensor lengths = integers(targetLengths).reshape(-1);
    Tensor labels = integers(targets);
    Tensor padded = labels.rank() == 2 ? labels : padded(labels, lengths);
    check(scores, padded, inputs, lengths, blank);
    CtcLoss op = new CtcLoss(blank, zeroInfinity);
    return Dispatch.apply(op, scores, padded, inputs, lengths);
  }

  private static Tensor integers(Tensor x) {
    if (!x.dtype().isIntegral()) {
      throw DTypeException.mismatch("ctcLoss (targets and lengths)", DType.INT64, x.dtype());
    }
    return x.to(DType.INT64);
  }

  private static Tensor padded(Tensor labels, Tensor lengths) {
    long[] counts = lengths.toLongArray();
    long longest = 0;
    long total = 0;
    for (long count : counts) {
      longest = Math.max(longest, count);
      total += count;
    }
    if (labels.rank() != 1 || total != labels.numel()) {
      throw ShapeException.mismatch(
          "ctcLoss", "targets [batch, length] or [" + total + "]", labels.shape());
    }
    List<Tensor> rows = new ArrayList<>();
    long from = 0;
    for (long count : counts) {
      Tensor filling = Tensor.zeros(labels.spec().withShape(Shape.of(longest - count)));
      rows.add(Functional.cat(List.of(labels.narrow(0, from, count), filling), 0));
      from += count;
    }
    return Functional.stack(rows, 0);
  }

  private static void check(
      Tensor scores, Tensor targets, Tensor inputs, Tensor lengths, long blank) {
    if (scores.rank() != 3) {
      throw ShapeException.mismatch(
          "ctcLoss", "log-probabilities [time, batch, classes]", scores.shape());
    }
    if (blank < 0 || blank >= scores.size(2)) {
      throw ShapeException.mismatch(
          "ctcLoss", "a blank below " + scores.size(2) + " classes", "" + blank);
    }
    for (long length : inputs.toLongArray()) {
      if (length < 0 || length > scores.size(0)) {
        throw ShapeException.mismatch(
            "ctcLoss", "input lengths of at most " + scores.size(0), "" + length);
      }
    }
    for (long length : lengths.toLongArray()) {
      if (length < 0 || length > targets.size(1)) {
        throw ShapeException.mismatch(
            "ctcLoss", "target lengths of at most " + targets.size(1), "" + length);
      }
    }
  }
}

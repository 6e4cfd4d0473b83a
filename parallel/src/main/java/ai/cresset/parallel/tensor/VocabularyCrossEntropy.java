package ai.cresset.parallel.tensor;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy of classes that ranks share: no rank sees the logits of another. Forward takes two
 * collectives, of one number and of two (with smoothing three) for each row; backward takes none.
 *
 * @param classes of all ranks together
 * @param ignoreIndex the target that counts for nothing
 * @param smoothing the share of the target that is spread over all classes
 * @param group the ranks; each has the classes that {@link ShardSpec} gives it
 */
public record VocabularyCrossEntropy(
    long classes, long ignoreIndex, double smoothing, ProcessGroup group)
    implements CustomFunction {
  /**
   * The sum of the losses and the number of targets that count, the same on all ranks.
   *
   * @param logits this rank's, {@code [rows, its classes]}
   * @param targets int64 {@code [rows]}, in {@code [0, classes)} or ignored
   */
  public Loss loss(Tensor logits, Tensor targets) {
    long mine = RankTensors.length(classes, group.size(), group.rank());
    boolean fits =
        logits.rank() == 2
            && logits.size(1) == mine
            && targets.rank() == 1
            && targets.size(0) == logits.size(0);
    if (!fits) {
      throw ShapeException.mismatch(
          "cross entropy of shared classes",
          "logits [rows, " + mine + "] and targets [rows]",
          logits.shape() + " and " + targets.shape());
    }
    Tensor sum = apply(logits, targets);
    try (Scope scope = Scope.open("weight");
        GradMode.Restore off = GradMode.disable()) {
      return new Loss(sum, targets.ne(ignoreIndex).sum().item());
    }
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Tensor logits = inputs.get(0);
    Tensor targets = inputs.get(1);
    try (Scope scope = Scope.open("vocabularyCrossEntropy")) {
      boolean narrow = logits.dtype().bytes() < DType.FLOAT32.bytes();
      Tensor x = narrow ? logits.to(DType.FLOAT32) : logits;
      Tensor largest = x.amax(new int[] {1}, true);
      RankTensors.allReduce(largest, ReduceOp.MAX, group);
      Tensor shifted = x.sub(largest);
      Tensor ignored = targets.eq(ignoreIndex);
      Tensor elsewhere = ShardRange.of(classes, group).outside(targets).logicalOr(ignored);
      long first = ShardRange.of(classes, group).start();
      Tensor index = targets.sub(first).maskedFill(elsewhere, 0).unsqueeze(1);
      Tensor sums =
          Tensor.empty(x.spec().withShape(Shape.of(smoothing > 0 ? 3 : 2, targets.size(0))));
      sums.select(0, 1).copy_(shifted.gather(1, index).squeeze(1).maskedFill(elsewhere, 0));
      if (smoothing > 0) {
        sums.select(0, 2).copy_(shifted.sum(new int[] {1}, false));
      }
      Tensor exponentials = shifted.exp();
      sums.select(0, 0).copy_(exponentials.sum(new int[] {1}, false));
      RankTensors.allReduce(sums, ReduceOp.SUM, group);
      Tensor total = sums.select(0, 0);
      Tensor logTotal = total.log();
      Tensor losses = logTotal.sub(sums.select(0, 1));
      if (smoothing > 0) {
        Tensor spread = logTotal.sub(sums.select(0, 2).div(classes));
        losses = losses.mul(1 - smoothing).add(spread.mul(smoothing));
      }
      if (context.needsGradient()) {
        Tensor probabilities = exponentials.div_(total.unsqueeze(1));
        context.save(probabilities, index, elsewhere, ignored);
      }
      return List.of(scope.keep(losses.maskedFill(ignored, 0).sum()));
    }
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Arrays.asList(null, null);
    }
    if (GradMode.isEnabled()) {
      throw BackwardException.because(
          "the cross entropy of shared classes has no second derivative; compute it on one rank");
    }
    Tensor probabilities = context.saved(0);
    Tensor index = context.saved(1);
    Tensor elsewhere = context.saved(2);
    Tensor ignored = context.saved(3);
    Tensor each = // of every row that counts
        gradient.to(probabilities.dtype()).expand(ignored.shape()).maskedFill(ignored, 0);
    Tensor result = probabilities.mul(each.unsqueeze(1));
    Tensor own = each.mul(smoothing - 1).maskedFill(elsewhere, 0);
    result.scatterAdd_(1, index, own.unsqueeze(1));
    if (smoothing > 0) {
      result.sub_(each.mul(smoothing / classes).unsqueeze(1));
    }
    return Arrays.asList(result.to(context.input(0).dtype()), null);
  }
}

package ai.cresset.parallel.tensor;

import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A collective that gradients flow through: forward one step, backward another. The backward of a
 * function is the function with its steps exchanged, so it can be differentiated again. The pairs
 * are those of Shoeybi et al., "Megatron-LM", 2019, and Korthikanti et al., "Reducing Activation
 * Recomputation", 2022. Every rank of the group calls the same ones in the same order.
 *
 * @param name in messages and profiles
 * @param forward what is done with the input
 * @param backward what is done with the gradient
 * @param dim the dimension that is cut; 0 where none is
 * @param whole places along it of all ranks together; 0 where none is cut
 * @param group the ranks
 */
public record ConjugateFunction(
    String name, Step forward, Step backward, int dim, long whole, ProcessGroup group)
    implements CustomFunction {
  /** What a rank does with a tensor. */
  public enum Step {
    /** Nothing. */
    KEEP,
    /** Adds the tensors of all ranks. */
    ALL_REDUCE,
    /** Puts the parts of all ranks beside each other. */
    ALL_GATHER,
    /** Adds the tensors of all ranks and takes its part of the sum. */
    REDUCE_SCATTER,
    /** Takes its part. */
    SPLIT
  }

  /** Into a region where each rank computes a share from the same input. */
  public static Tensor copy(Tensor input, ProcessGroup group) {
    return of("copyToRanks", Step.KEEP, Step.ALL_REDUCE, 0, 0, group).apply(input);
  }

  /** Out of it: the sum of what the ranks computed. */
  public static Tensor reduce(Tensor partial, ProcessGroup group) {
    return of("reduceOverRanks", Step.ALL_REDUCE, Step.KEEP, 0, 0, group).apply(partial);
  }

  /**
   * The parts of all ranks, for a computation that is the same on all.
   *
   * @param whole places of all parts together
   */
  public static Tensor gather(Tensor part, int dim, long whole, ProcessGroup group) {
    return of("gatherOverRanks", Step.ALL_GATHER, Step.SPLIT, dim, whole, group).apply(part);
  }

  /** This rank's part of what is the same on all ranks. */
  public static Tensor scatter(Tensor same, int dim, ProcessGroup group) {
    return of("scatterOverRanks", Step.SPLIT, Step.ALL_GATHER, dim, same.size(dim), group)
        .apply(same);
  }

  /** The parts of all ranks, equal in size, for a computation of which each rank does a share. */
  public static Tensor gatherForShares(Tensor part, int dim, ProcessGroup group) {
    long whole = part.size(dim) * group.size();
    return of("gatherSequence", Step.ALL_GATHER, Step.REDUCE_SCATTER, dim, whole, group)
        .apply(part);
  }

  /** This rank's part of the sum of what the ranks computed. */
  public static Tensor reduceScatter(Tensor partial, int dim, ProcessGroup group) {
    return of(
            "reduceScatterSequence",
            Step.REDUCE_SCATTER,
            Step.ALL_GATHER,
            dim,
            partial.size(dim),
            group)
        .apply(partial);
  }

  private static ConjugateFunction of(
      String name, Step forward, Step backward, int dim, long whole, ProcessGroup group) {
    return new ConjugateFunction(name, forward, backward, dim, whole, group);
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Tensor input = inputs.get(0);
    return List.of(
        switch (forward) {
          case KEEP -> input;
          case ALL_REDUCE -> RankTensors.sum(input, group);
          case ALL_GATHER -> RankTensors.gather(input, dim, whole, group);
          case REDUCE_SCATTER -> RankTensors.reduceScatter(input, dim, group);
          case SPLIT -> RankTensors.split(input, dim, group.size(), group.rank()).detachedClone();
        });
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Collections.singletonList(null);
    }
    return List.of(
        new ConjugateFunction(name, backward, forward, dim, whole, group).apply(gradient));
  }
}

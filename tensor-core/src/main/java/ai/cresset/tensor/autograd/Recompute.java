package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * Activation recomputation ({@code torch.utils.checkpoint}, non-reentrant): forward keeps only the
 * inputs of a function, and what a {@link RecomputePolicy} says; backward runs the function again
 * when it first needs what was not kept, and only as far as it is needed. Chen et al., "Training
 * Deep Nets with Sublinear Memory Cost", 2016.
 *
 * <p>The graph is an ordinary one, so frozen inputs, parameters that the function reaches by
 * itself, several results, hooks, {@code Autograd.grad} and second derivatives work as without;
 * only saved tensors are exchanged. The second run starts with every generator where it stood when
 * the first run used it, under the same {@linkplain ai.cresset.tensor.op.OperandCasting casting};
 * gradients have the same bits. Nested calls are recomputed in turn. Backward runs on the thread of
 * the forward pass.
 */
public final class Recompute {
  private Recompute() {}

  /** The same for a function of one tensor with one result. */
  public static Tensor checkpoint(Function<Tensor, Tensor> function, Tensor input) {
    return checkpoint(RecomputePolicy.NOTHING, function, input);
  }

  /** The same for a function of one tensor with one result. */
  public static Tensor checkpoint(
      RecomputePolicy policy, Function<Tensor, Tensor> function, Tensor input) {
    return checkpoint(
            policy, (List<Tensor> inputs) -> List.of(function.apply(inputs.get(0))), List.of(input))
        .get(0);
  }

  /** Runs {@code function} and forgets everything that it makes on the way. */
  public static List<Tensor> checkpoint(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs) {
    return checkpoint(RecomputePolicy.NOTHING, function, inputs);
  }

  /**
   * Runs {@code function} and forgets what it makes on the way, as far as {@code policy} says so.
   *
   * @param function must do the same when it runs again. It may use parameters, and values that are
   *     no tensors; other tensors belong into {@code inputs}, because those that it captures must
   *     live, unchanged, until backward.
   * @param inputs kept until backward; one that is changed in place before is an error there
   * @return its results
   */
  public static List<Tensor> checkpoint(
      RecomputePolicy policy, Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs) {
    if (!GradMode.isEnabled()) {
      return function.apply(inputs);
    }
    return new RecomputeFrame(policy, function, inputs).run(inputs);
  }

  /**
   * Whether the calling thread runs a function again for its backward: what the first run left
   * behind apart from its results, such as running statistics, must not change once more.
   */
  public static boolean isRepeating() {
    return Mode.current().isRepeating();
  }
}

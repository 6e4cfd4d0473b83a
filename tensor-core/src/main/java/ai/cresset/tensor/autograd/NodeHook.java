package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hooks on a step of the backward pass ({@code Node.register_prehook}, {@code register_hook}). */
public final class NodeHook {
  private NodeHook() {}

  /** Called before the node runs. */
  @FunctionalInterface
  public interface Before {
    /**
     * Looks at the gradients of the node's outputs, or replaces them.
     *
     * @return one for each; null to leave all as they are
     */
    @Nullable List<@Nullable Tensor> apply(List<@Nullable Tensor> gradients);
  }

  /** Called after the node ran. */
  @FunctionalInterface
  public interface After {
    /**
     * Looks at the gradients of the node's inputs, or replaces them.
     *
     * @param results gradients of the inputs
     * @param gradients those of the outputs
     * @return one for each result; null to leave all as they are
     */
    @Nullable List<@Nullable Tensor> apply(
        List<@Nullable Tensor> results, List<@Nullable Tensor> gradients);
  }
}

package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Called in each backward pass with a tensor's complete gradient ({@code Tensor.register_hook}).
 * Runs in a scope of its own, recorded only under {@code createGraph}.
 */
@FunctionalInterface
public interface TensorHook {
  /**
   * Looks at a gradient, or replaces it.
   *
   * @return the gradient to go on with, of the same shape and type; null for the given one
   */
  @Nullable Tensor apply(Tensor gradient);
}

package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what goes into a module; see {@link Module#registerForwardPreHook}. */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * Called before the forward pass.
   *
   * @param inputs of a {@link Layer}; none for modules with calls of their own
   * @return what is to go in instead, as many tensors; null to change nothing
   */
  @Nullable List<Tensor> before(Module module, List<Tensor> inputs);
}

package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what comes out of a module; see {@link Module#registerForwardHook}. */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Called after the forward pass.
   *
   * @param inputs of a {@link Layer}; none for modules with calls of their own
   * @param outputs the result, or the tensors of a result that is a tree
   * @return what is to come out instead, of a module with one result; null to change nothing
   */
  @Nullable Tensor after(Module module, List<Tensor> inputs, List<Tensor> outputs);
}

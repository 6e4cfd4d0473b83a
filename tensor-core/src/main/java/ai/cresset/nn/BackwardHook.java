package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the gradients that pass a module; see {@link Module#registerFullBackwardHook}. */
@FunctionalInterface
public interface BackwardHook {
  /**
   * Called when the gradients of the module's inputs are complete; when no input wants one, with
   * those of its result.
   *
   * @param gradInputs one for each input of a {@link Layer}; null where none is wanted
   * @param gradOutputs that of the result
   * @return gradients to go on with instead of {@code gradInputs}; null to change nothing
   */
  @Nullable List<@Nullable Tensor> backward(
      Module module, List<@Nullable Tensor> gradInputs, List<@Nullable Tensor> gradOutputs);
}

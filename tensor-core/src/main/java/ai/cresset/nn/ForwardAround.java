package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Runs the forward passes of a module; see {@link Module#runForward}. */
@FunctionalInterface
public interface ForwardAround {
  /**
   * Runs one pass.
   *
   * @param inputs of a {@link Layer}; none for modules that do not show theirs
   * @param forward computes the result from such inputs; may be called later, and again
   */
  Tensor run(Module module, List<Tensor> inputs, Function<List<Tensor>, Tensor> forward);
}

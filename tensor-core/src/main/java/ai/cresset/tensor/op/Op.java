package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation: shape rule, forward and backward side by side. An instance holds the attributes of
 * one call (a dim, a slope), usually as a record, and no tensors.
 *
 * <p>Users write their own in the same way and run them with {@link Dispatch#apply}.
 */
public interface Op {
  /** The name in messages and profiles, such as {@code matmul}. */
  default String name() {
    String simple = getClass().getSimpleName();
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /**
   * The shape and type rule.
   *
   * @throws ai.cresset.error.ShapeException or {@link ai.cresset.error.DTypeException} for inputs
   *     that do not fit
   */
  List<Spec> infer(List<Spec> inputs);

  /**
   * Computes outputs of the inferred specs. Gradient mode is off while this runs; what backward
   * needs is {@linkplain Context#save saved} here.
   */
  List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs);

  /**
   * Gradients of the inputs from those of the outputs, written with tensors so that they can be
   * differentiated again.
   *
   * @param gradients one for each output; null where nothing depends on it
   * @param needs which inputs want a gradient; others may be null in the result
   * @return one for each input, of the input's shape; null means 0
   */
  List<@Nullable Tensor> backward(Context context, List<@Nullable Tensor> gradients, Needs needs);

  /**
   * Whether {@link #backward} exists; an op without one throws when the backward pass reaches it.
   */
  default boolean isDifferentiable() {
    return true;
  }

  /** Whether forward saves tensors; what does not can be recorded after {@link #overwrite}. */
  default boolean savesTensors() {
    return true;
  }

  /**
   * Computes the one result straight into the memory of the first input, where that needs no memory
   * of its own; for changes in place that save nothing.
   *
   * @return whether it did; false leaves everything as it is
   */
  default boolean overwrite(List<Tensor> inputs) {
    return false;
  }
}

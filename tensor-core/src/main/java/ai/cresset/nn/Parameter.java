package ai.cresset.nn;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Tensor;

/**
 * A tensor that training changes: a leaf that requires a gradient. It belongs to the modules it is
 * registered in, never to a scope; closing the model frees it with its gradient.
 */
public final class Parameter extends Tensor {
  /**
   * A parameter over the memory of {@code data}.
   *
   * @param data any shape, a floating type
   * @throws DTypeException on a type without fractions
   */
  public Parameter(Tensor data) {
    super(data, true);
  }
}

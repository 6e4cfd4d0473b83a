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

  /**
   * Holds other elements from now on, also of another shape, such as a part of what it held; the
   * modules that it is registered in must be able to work with them. Its gradient is forgotten.
   *
   * @param elements shares its memory with this from now on
   */
  public void replace(Tensor elements) {
    if (!elements.dtype().isFloating()) {
      throw DTypeException.unsupported("Parameter", elements.dtype(), "the floating types");
    }
    become(elements);
  }
}

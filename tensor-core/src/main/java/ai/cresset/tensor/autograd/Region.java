package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/**
 * Which elements of a storage a tensor is.
 *
 * @param spec shape and type
 * @param strides distances in elements
 * @param offset the first element
 */
record Region(Spec spec, Strides strides, long offset) {
  static Region of(Tensor tensor) {
    return new Region(tensor.spec(), tensor.strides(), tensor.storageOffset());
  }

  /** Storage elements from the first to behind the last. */
  long span() {
    if (spec.shape().numel() == 0) {
      return 0;
    }
    long last = 0;
    for (int dim = 0; dim < spec.shape().rank(); dim++) {
      last += (spec.shape().size(dim) - 1) * strides.stride(dim);
    }
    return last + 1;
  }

  /** A tensor of zeros that lies in memory as this region does. */
  Tensor zeros() {
    if (repeats()) {
      throw BackwardException.because(
          "the tensor "
              + spec
              + " repeats memory locations (strides "
              + strides
              + "), so gradients cannot follow changes in place of its views; copy() it first");
    }
    try (Tensor memory = Tensor.zeros(new Spec(flat(), spec.dtype(), spec.device()))) {
      return Tensor.view(memory.storage(), 0, spec.shape(), strides, spec.dtype());
    }
  }

  private Shape flat() {
    return Shape.of(span());
  }

  /** The part of {@code whole}, laid out by {@link #zeros}, where {@code part} lies. */
  Tensor part(Tensor whole, Region part) {
    long start = part.offset - offset;
    if (part.spec.dtype() != spec.dtype() || start < 0 || start + part.span() > span()) {
      throw BackwardException.because(
          "a view "
              + part.spec
              + " reaches outside of the tensor it was made of, "
              + spec
              + "; gradients through changes in place need it inside: copy() it first");
    }
    return Tensor.view(whole.storage(), start, part.spec.shape(), part.strides, spec.dtype());
  }

  /** Whether two indices of this region are the same memory. */
  boolean repeats() {
    for (int dim = 0; dim < spec.shape().rank(); dim++) {
      if (spec.shape().size(dim) > 1 && strides.stride(dim) == 0) {
        return true;
      }
    }
    return false;
  }
}

package ai.cresset.tensor;

import ai.cresset.type.DType;

/** Arithmetic of 16-bit types in float32, so that several steps are rounded once. */
final class Halves {
  private Halves() {}

  static boolean are(Tensor tensor) {
    return tensor.dtype() == DType.FLOAT16 || tensor.dtype() == DType.BFLOAT16;
  }
}

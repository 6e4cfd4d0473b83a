package ai.cresset.jobs.recipe;

import ai.cresset.type.DType;

/** Floating-point types of a model: of its weights, gradients and optimizer state. */
public enum FloatType {
  /** Single precision. */
  FLOAT32(DType.FLOAT32),
  /** Double precision. */
  FLOAT64(DType.FLOAT64);

  private final DType dtype;

  FloatType(DType dtype) {
    this.dtype = dtype;
  }

  public DType dtype() {
    return dtype;
  }
}

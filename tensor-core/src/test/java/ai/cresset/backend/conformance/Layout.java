package ai.cresset.backend.conformance;

import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/** How a sample lies in memory. */
public enum Layout {
  CONTIGUOUS,
  /** The last dimension is the outermost in memory. */
  TRANSPOSED,
  /** Every dimension has gaps, and the first element an offset. */
  SLICED,
  /** The first dimension repeats; for inputs only. */
  BROADCAST;

  /** Layouts that results may have. */
  public static final Layout[] WRITABLE = {CONTIGUOUS, TRANSPOSED, SLICED};

  long offset() {
    return this == SLICED ? 3 : 0;
  }

  Strides strides(Shape shape) {
    int rank = shape.rank();
    long[] strides = new long[rank];
    long next = 1;
    switch (this) {
      case CONTIGUOUS -> {
        return Strides.contiguous(shape);
      }
      case TRANSPOSED -> {
        for (int dim = 0; dim < rank; dim++) {
          strides[dim] = next;
          next *= Math.max(1, shape.size(dim));
        }
      }
      case SLICED -> {
        next = 2;
        for (int dim = rank - 1; dim >= 0; dim--) {
          strides[dim] = next;
          next *= shape.size(dim) + 1;
        }
      }
      case BROADCAST -> {
        for (int dim = rank - 1; dim > 0; dim--) {
          strides[dim] = next;
          next *= Math.max(1, shape.size(dim));
        }
      }
    }
    return Strides.of(strides);
  }
}

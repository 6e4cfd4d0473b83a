package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;

/** Tensors of indices: their type, their bounds, their shape beside a source. */
final class Places {
  private Places() {}

  /** Integral indices as int64. */
  static Tensor of(String op, Tensor index) {
    if (!index.dtype().isIntegral()) {
      throw DTypeException.mismatch(op + " (index)", DType.INT64, index.dtype());
    }
    return index.to(DType.INT64);
  }

  static void checkMask(String op, Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw DTypeException.mismatch(op + " (mask)", DType.BOOL, mask.dtype());
    }
  }

  /** int64 indices with negative ones counted from the end; names the first that is outside. */
  static Tensor wrapped(String op, int dim, long size, Tensor index) {
    if (index.numel() == 0) {
      return index;
    }
    long lowest = index.min().toLongArray()[0];
    long highest = index.max().toLongArray()[0];
    if (lowest < -size || highest >= size) {
      for (long each : index.toLongArray()) {
        if (each < -size || each >= size) {
          throw ShapeException.index(op, dim, each, size);
        }
      }
    }
    return lowest >= 0 ? index : Functional.where(index.lt(0), index.add(size), index);
  }

  /** The part of a source that an index of perhaps smaller sizes is about. */
  static Tensor cut(Tensor source, Tensor index) {
    Tensor part = source;
    if (source.rank() == index.rank()) {
      for (int dim = 0; dim < index.rank(); dim++) {
        if (index.size(dim) < part.size(dim)) {
          part = part.narrow(dim, 0, index.size(dim));
        }
      }
    }
    return part;
  }
}

package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/** What is wanted of a dimension, or of several; see {@link Indexing#get(Index...)}. */
public sealed interface Index {
  /** One position; the dimension goes away. */
  record At(long position) implements Index {}

  /**
   * Every {@code step}-th position of {@code [from, to)}; null means the dimension's own bound.
   *
   * @param from the first position
   * @param to the position after the last one
   * @param step at least 1
   */
  record Range(@Nullable Long from, @Nullable Long to, long step) implements Index {
    public Range {
      if (step < 1) {
        throw ShapeException.mismatch("Index.slice", "a step of at least 1 (use flip)", step);
      }
    }
  }

  /** All dimensions that no other index is about. */
  record Ellipsis() implements Index {}

  /** A new dimension of size 1. */
  record NewAxis() implements Index {}

  /**
   * The positions in an integral tensor; several of them broadcast together, and their common shape
   * takes the place of their dimensions, or goes first if those are not neighbours.
   */
  record Positions(Tensor positions) implements Index {}

  /** The positions where a boolean tensor is true, of as many dimensions as it has. */
  record Mask(Tensor mask) implements Index {}

  static Index at(long position) {
    return new At(position);
  }

  /** The whole dimension: {@code :}. */
  static Index all() {
    return new Range(null, null, 1);
  }

  /** {@code from:to}. */
  static Index slice(long from, long to) {
    return new Range(from, to, 1);
  }

  /** {@code from:to:step}. */
  static Index slice(long from, long to, long step) {
    return new Range(from, to, step);
  }

  /** {@code from:}. */
  static Index from(long from) {
    return new Range(from, null, 1);
  }

  /** {@code :to}. */
  static Index to(long to) {
    return new Range(null, to, 1);
  }

  /** {@code ::step}. */
  static Index every(long step) {
    return new Range(null, null, step);
  }

  /** {@code ...}. */
  static Index ellipsis() {
    return new Ellipsis();
  }

  /** {@code None}. */
  static Index newAxis() {
    return new NewAxis();
  }

  /** Positions in a list: {@code [0, 3, 1]}. */
  static Index index(long... positions) {
    return new Positions(Tensor.of(positions, positions.length));
  }

  /** Positions in an integral tensor. */
  static Index index(Tensor positions) {
    if (!positions.dtype().isIntegral()) {
      throw DTypeException.mismatch("Index.index", DType.INT64, positions.dtype());
    }
    return new Positions(positions);
  }

  /** Where a boolean tensor is true. */
  static Index mask(Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw DTypeException.mismatch("Index.mask", DType.BOOL, mask.dtype());
    }
    return new Mask(mask);
  }

  /** A mask for a boolean tensor, positions for an integral one. */
  static Index of(Tensor tensor) {
    return tensor.dtype() == DType.BOOL ? mask(tensor) : index(tensor);
  }
}

package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Slice;
import ai.cresset.type.Shape;

/**
 * Parts of a tensor by position: {@code x.get(at(2), slice(1, 5), ellipsis(), index(0, 3))}. Dims
 * and indices may be negative: they count from the end.
 */
public interface Indexing {
  /** This object as a tensor. */
  Tensor self();

  /**
   * The part that these indices describe, each for the next dimension: a view unless tensors of
   * indices or masks are among them ({@code x[...]} in Python).
   */
  default Tensor get(Index... indices) {
    return IndexPlan.of(self(), indices).read();
  }

  /**
   * The same in Python's words: {@code "1:5:2, ::3"}, {@code "2, None, ..., 1:4"}, {@code "[0, 3],
   * mask"}. Names stand for {@code tensors}, in order.
   */
  default Tensor get(String text, Tensor... tensors) {
    return get(IndexText.parse(text, tensors));
  }

  /**
   * A copy with {@code value}, broadcast, in the place of the part that these indices describe. The
   * gradient goes to both.
   */
  default Tensor put(Tensor value, Index... indices) {
    return IndexPlan.put(self(), value, indices, false);
  }

  /** The same from a number. */
  default Tensor put(double value, Index... indices) {
    return put(Tensor.full(self().spec().withShape(Shape.scalar()), value), indices);
  }

  /** A copy with {@code value} added, also several times where indices repeat. */
  default Tensor putAdd(Tensor value, Index... indices) {
    return IndexPlan.put(self(), value, indices, true);
  }

  /** Changes the part that these indices describe in place ({@code x[...] = value} in Python). */
  default Tensor set_(Tensor value, Index... indices) {
    IndexPlan.write(self(), value, indices);
    return self();
  }

  /** The same from a number. */
  default Tensor set_(double value, Index... indices) {
    return set_(Tensor.full(self().spec().withShape(Shape.scalar()), value), indices);
  }

  /** The same in Python's words. */
  default Tensor set_(String text, Tensor value, Tensor... tensors) {
    return set_(value, IndexText.parse(text, tensors));
  }

  /** One index of a dimension, which goes away: a view. */
  default Tensor select(int dim, long index) {
    Tensor self = self();
    if (self.rank() == 0) {
      throw ShapeException.mismatch("select", "a tensor of rank 1 or more", self.shape());
    }
    int at = self.shape().dim("select", dim);
    long size = self.size(at);
    if (index < -size || index >= size) {
      throw ShapeException.index("select", at, index, size);
    }
    return narrow(at, index < 0 ? index + size : index, 1).reshape(self.shape().without(at));
  }

  /** {@code length} indices of a dimension from {@code start} on: a view. */
  default Tensor narrow(int dim, long start, long length) {
    Tensor self = self();
    if (self.rank() == 0) {
      throw ShapeException.mismatch("narrow", "a tensor of rank 1 or more", self.shape());
    }
    long from = start < 0 ? start + self.size(dim) : start;
    return Dispatch.apply(new Slice(dim, from, length, 1), self);
  }

  /**
   * Every {@code step}-th index of {@code [from, to)}: a view. As in Python, bounds beyond the
   * dimension are cut to it.
   */
  default Tensor slice(int dim, long from, long to, long step) {
    Tensor self = self();
    if (self.rank() == 0) {
      throw ShapeException.mismatch("slice", "a tensor of rank 1 or more", self.shape());
    }
    long size = self.size(dim);
    long start = Math.min(Math.max(from < 0 ? from + size : from, 0), size);
    long end = Math.min(Math.max(to < 0 ? to + size : to, start), size);
    if (step < 1) {
      throw ShapeException.mismatch("slice", "a step of at least 1 (use flip)", step);
    }
    long length = end == start ? 0 : (end - start - 1) / step + 1;
    return Dispatch.apply(new Slice(dim, start, length, step), self);
  }

  /** The indices {@code [from, to)}: a view. */
  default Tensor slice(int dim, long from, long to) {
    return slice(dim, from, to, 1);
  }
}

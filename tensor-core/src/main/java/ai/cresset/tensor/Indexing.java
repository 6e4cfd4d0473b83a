package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Gather;
import ai.cresset.tensor.op.IndexAdd;
import ai.cresset.tensor.op.IndexSelect;
import ai.cresset.tensor.op.MaskedFill;
import ai.cresset.tensor.op.ScatterAdd;
import ai.cresset.tensor.op.Slice;
import ai.cresset.tensor.op.Split;
import java.util.Arrays;
import java.util.List;

/** Parts of a tensor by position. Dims and indices may be negative: they count from the end. */
public interface Indexing {
  /** This object as a tensor. */
  Tensor self();

  /** One index of a dimension, which goes away: a view. */
  default Tensor select(int dim, long index) {
    Tensor self = self();
    long size = self.size(dim);
    if (index < -size || index >= size) {
      throw ShapeException.index("select", index, size);
    }
    return narrow(dim, index < 0 ? index + size : index, 1).reshape(self.shape().without(dim));
  }

  /** {@code length} indices of a dimension from {@code start} on: a view. */
  default Tensor narrow(int dim, long start, long length) {
    return Dispatch.apply(new Slice(dim, start, length, 1), self());
  }

  /**
   * Every {@code step}-th index of {@code [from, to)}: a view. As in Python, bounds beyond the
   * dimension are cut to it.
   */
  default Tensor slice(int dim, long from, long to, long step) {
    long size = self().size(dim);
    long start = Math.min(Math.max(from < 0 ? from + size : from, 0), size);
    long end = Math.min(Math.max(to < 0 ? to + size : to, start), size);
    if (step < 1) {
      throw ShapeException.mismatch("slice", "a step of at least 1", step);
    }
    return Dispatch.apply(new Slice(dim, start, (end - start + step - 1) / step, step), self());
  }

  /** The indices {@code [from, to)}: a view. */
  default Tensor slice(int dim, long from, long to) {
    return slice(dim, from, to, 1);
  }

  /** Parts of {@code size} indices along {@code dim}, the last one perhaps smaller: views. */
  default List<Tensor> split(long size, int dim) {
    long total = self().size(dim);
    if (size < 1) {
      throw ShapeException.mismatch("split", "a size of at least 1", size);
    }
    int count = (int) Math.max(1, (total + size - 1) / size);
    long[] sizes = new long[count];
    Arrays.fill(sizes, size);
    sizes[count - 1] = total - size * (count - 1);
    return split(sizes, dim);
  }

  /** Parts of these sizes along {@code dim}: views. */
  default List<Tensor> split(long[] sizes, int dim) {
    return Dispatch.applyAll(new Split(dim, sizes), List.of(self()));
  }

  /** At most {@code count} parts of one size along {@code dim}: views. */
  default List<Tensor> chunk(int count, int dim) {
    if (count < 1) {
      throw ShapeException.mismatch("chunk", "at least one part", count);
    }
    return split(Math.max(1, (self().size(dim) + count - 1) / count), dim);
  }

  /** Whole slices by their index along {@code dim}; {@code index} is int64 of rank 1. */
  default Tensor indexSelect(int dim, Tensor index) {
    return Dispatch.apply(new IndexSelect(dim), self(), index);
  }

  /** A copy with slices of {@code source} added by their index along {@code dim}. */
  default Tensor indexAdd(int dim, Tensor index, Tensor source) {
    return Dispatch.apply(new IndexAdd(dim), self(), index, source);
  }

  /** {@code result[i][j] = this[index[i][j]][j]} for dim 0; {@code index} is int64. */
  default Tensor gather(int dim, Tensor index) {
    return Dispatch.apply(new Gather(dim), self(), index);
  }

  /** A copy with {@code source} added at {@code index} along {@code dim}: gather's mirror. */
  default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
    return Dispatch.apply(new ScatterAdd(dim), self(), index, source);
  }

  /** {@code value} where the boolean {@code mask} is true; both broadcast. */
  default Tensor maskedFill(Tensor mask, double value) {
    return Dispatch.apply(new MaskedFill(value), self(), mask);
  }

  /** The lower triangle of each matrix, up to {@code diagonal} above the main one; 0 elsewhere. */
  default Tensor tril(int diagonal) {
    Tensor self = self();
    Tensor above =
        Creation.upperTriangle(self.size(-2), self.size(-1), diagonal + 1, self.device());
    return self.maskedFill(above, 0);
  }

  /** The upper triangle of each matrix, from {@code diagonal} above the main one; 0 elsewhere. */
  default Tensor triu(int diagonal) {
    Tensor self = self();
    Tensor upper = Creation.upperTriangle(self.size(-2), self.size(-1), diagonal, self.device());
    return self.maskedFill(upper.logicalNot(), 0);
  }
}

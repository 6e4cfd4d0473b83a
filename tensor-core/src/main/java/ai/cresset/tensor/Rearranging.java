package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Diagonal;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Permute;
import ai.cresset.tensor.op.Windows;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;

/** The same elements in another order, repeated, or seen along a diagonal. */
public interface Rearranging {
  /** This object as a tensor. */
  Tensor self();

  /** Dimensions in another order. */
  default Tensor permute(int... dims) {
    return Dispatch.apply(new Permute(dims), self());
  }

  /** Two dimensions exchanged. */
  default Tensor transpose(int first, int second) {
    Tensor self = self();
    int[] dims = new int[self.rank()];
    for (int dim = 0; dim < dims.length; dim++) {
      dims[dim] = dim;
    }
    int a = self.shape().dim("transpose", first);
    int b = self.shape().dim("transpose", second);
    if (dims.length == 0) {
      return self;
    }
    dims[a] = b;
    dims[b] = a;
    return permute(dims);
  }

  /** The transpose of a matrix; vectors and scalars stay as they are. */
  default Tensor t() {
    Tensor self = self();
    if (self.rank() > 2) {
      throw ShapeException.mismatch("t", "a matrix (use transpose(dim, dim))", self.shape());
    }
    return self.rank() < 2 ? self : transpose(0, 1);
  }

  /** Two dimensions exchanged ({@code torch.swapaxes}). */
  default Tensor swapaxes(int first, int second) {
    return transpose(first, second);
  }

  /** A dimension at another place, the others in their order. */
  default Tensor movedim(int from, int to) {
    return movedim(new int[] {from}, new int[] {to});
  }

  /** Dimensions at other places, the others in their order. */
  default Tensor movedim(int[] from, int[] to) {
    Tensor self = self();
    int rank = self.rank();
    if (from.length != to.length) {
      throw ShapeException.mismatch(
          "movedim", "as many targets as dims", Arrays.toString(from) + ", " + Arrays.toString(to));
    }
    int[] order = new int[rank];
    Arrays.fill(order, -1);
    boolean[] used = new boolean[Math.max(rank, 1)];
    for (int i = 0; i < from.length; i++) {
      int source = self.shape().dim("movedim", from[i]);
      int target = self.shape().dim("movedim", to[i]);
      if (rank == 0) {
        return self;
      }
      if (used[source] || order[target] >= 0) {
        throw ShapeException.mismatch(
            "movedim", "each dim once", Arrays.toString(from) + ", " + Arrays.toString(to));
      }
      used[source] = true;
      order[target] = source;
    }
    int next = 0;
    for (int i = 0; i < rank; i++) {
      if (order[i] < 0) {
        while (used[next]) {
          next++;
        }
        order[i] = next++;
      }
    }
    return permute(order);
  }

  /** The order of elements along these dimensions turned around; a copy. */
  default Tensor flip(int... dims) {
    Tensor self = self();
    boolean[] seen = new boolean[Math.max(self.rank(), 1)];
    Tensor result = self;
    for (int dim : dims) {
      int at = self.shape().dim("flip", dim);
      if (seen[at]) {
        throw ShapeException.mismatch("flip", "each dim once", Arrays.toString(dims));
      }
      seen[at] = true;
      if (self.rank() > 0) {
        long last = self.size(at) - 1;
        result = result.indexSelect(at, Creation.arange(last, -1, -1, self.device()));
      }
    }
    return result == self ? self.copy() : result;
  }

  /** All elements moved on by {@code shift} in row-major order; what falls off comes in again. */
  default Tensor roll(long shift) {
    Tensor self = self();
    return self.flatten().roll(new long[] {shift}, new int[] {0}).reshape(self.shape());
  }

  /** Elements moved on by {@code shift} along {@code dim}; what falls off comes in again. */
  default Tensor roll(long shift, int dim) {
    return roll(new long[] {shift}, new int[] {dim});
  }

  /** The same along several dimensions. */
  default Tensor roll(long[] shifts, int[] dims) {
    Tensor self = self();
    if (shifts.length != dims.length) {
      throw ShapeException.mismatch(
          "roll",
          "one shift for each dim",
          Arrays.toString(shifts) + " and " + Arrays.toString(dims));
    }
    Tensor result = self;
    for (int i = 0; i < dims.length; i++) {
      int at = self.shape().dim("roll", dims[i]);
      long size = self.rank() == 0 ? 1 : self.size(at);
      long shift = size == 0 ? 0 : Math.floorMod(shifts[i], size);
      if (shift != 0) {
        Tensor end = result.narrow(at, size - shift, shift);
        result = Functional.cat(List.of(end, result.narrow(at, 0, size - shift)), at);
      }
    }
    return result == self ? self.copy() : result;
  }

  /** Copies of this beside each other; further dimensions are added in front. */
  default Tensor repeat(long... times) {
    Tensor self = self();
    int lead = times.length - self.rank();
    if (lead < 0) {
      throw ShapeException.mismatch(
          "repeat", "a number for each dim of " + self.shape(), Arrays.toString(times));
    }
    long[] apart = new long[2 * times.length];
    long[] wide = new long[2 * times.length];
    long[] sizes = new long[times.length];
    for (int dim = 0; dim < times.length; dim++) {
      long size = dim < lead ? 1 : self.size(dim - lead);
      apart[2 * dim] = 1;
      apart[2 * dim + 1] = size;
      wide[2 * dim] = times[dim];
      wide[2 * dim + 1] = size;
      sizes[dim] = Math.multiplyExact(times[dim], size);
    }
    Tensor whole = self.reshape(Shape.of(apart)).expand(Shape.of(wide)).reshape(Shape.of(sizes));
    return whole.storage() == self.storage() ? whole.copy() : whole;
  }

  /** All elements, each {@code times} times in a row, as a vector. */
  default Tensor repeatInterleave(long times) {
    return self().flatten().repeatInterleave(times, 0);
  }

  /** Each slice along {@code dim} {@code times} times in a row. */
  default Tensor repeatInterleave(long times, int dim) {
    Tensor self = self().rank() == 0 ? self().reshape(1) : self();
    int at = self.shape().dim("repeatInterleave", dim);
    if (times < 0) {
      throw ShapeException.mismatch("repeatInterleave", "at least 0 repeats", times);
    }
    Shape wide = self.shape().insert(at + 1, times);
    Tensor repeated = self.unsqueeze(at + 1).expand(wide).flatten(at, at + 1);
    return repeated.storage() == self.storage() ? repeated.copy() : repeated;
  }

  /**
   * Each slice along {@code dim} as often as {@code repeats} says.
   *
   * @param repeats int64 of rank 1, a number for each slice, or one number for all
   */
  default Tensor repeatInterleave(Tensor repeats, int dim) {
    Tensor self = self();
    if (repeats.dtype() != DType.INT64 && repeats.dtype() != DType.INT32) {
      throw DTypeException.mismatch("repeatInterleave (repeats)", DType.INT64, repeats.dtype());
    }
    long[] times = repeats.toLongArray();
    if (times.length == 1) {
      return repeatInterleave(times[0], dim);
    }
    int at = self.shape().dim("repeatInterleave", dim);
    if (repeats.rank() != 1 || times.length != self.size(at)) {
      throw ShapeException.mismatch(
          "repeatInterleave", "repeats of shape [" + self.size(at) + "]", repeats.shape());
    }
    long total = 0;
    for (long each : times) {
      if (each < 0) {
        throw ShapeException.mismatch("repeatInterleave", "at least 0 repeats", each);
      }
      total += each;
    }
    long[] index = new long[Math.toIntExact(total)];
    int next = 0;
    for (int i = 0; i < times.length; i++) {
      Arrays.fill(index, next, next + (int) times[i], i);
      next += (int) times[i];
    }
    return self.indexSelect(at, Tensor.of(index, index.length).to(self.device()));
  }

  /** The lower triangle of each matrix, up to {@code diagonal} above the main one; 0 elsewhere. */
  default Tensor tril(int diagonal) {
    Tensor self = self();
    checkMatrix("tril");
    Tensor above =
        Creation.upperTriangle(self.size(-2), self.size(-1), diagonal + 1, self.device());
    return self.maskedFill(above, 0);
  }

  /** The upper triangle of each matrix, from {@code diagonal} above the main one; 0 elsewhere. */
  default Tensor triu(int diagonal) {
    Tensor self = self();
    checkMatrix("triu");
    Tensor upper = Creation.upperTriangle(self.size(-2), self.size(-1), diagonal, self.device());
    return self.maskedFill(upper.logicalNot(), 0);
  }

  private void checkMatrix(String op) {
    if (self().rank() < 2) {
      throw ShapeException.mismatch(op, "a tensor of rank 2 or more", self().shape());
    }
  }

  /** The lower triangle of each matrix; 0 elsewhere. */
  default Tensor tril() {
    return tril(0);
  }

  /** The upper triangle of each matrix; 0 elsewhere. */
  default Tensor triu() {
    return triu(0);
  }

  /** The main diagonal of the first two dimensions: a view. */
  default Tensor diagonal() {
    return diagonal(0, 0, 1);
  }

  /** A diagonal of two dimensions, which go away, as a new last one: a view. */
  default Tensor diagonal(long offset, int dim1, int dim2) {
    return Dispatch.apply(new Diagonal(offset, dim1, dim2), self());
  }

  /** The diagonal of a matrix, or a matrix with this vector as its diagonal. */
  default Tensor diag() {
    return diag(0);
  }

  /** The same {@code offset} above the main diagonal. */
  default Tensor diag(long offset) {
    Tensor self = self();
    if (self.rank() == 2) {
      return diagonal(offset, 0, 1).copy();
    }
    if (self.rank() != 1) {
      throw ShapeException.mismatch("diag", "a vector or a matrix", self.shape());
    }
    long size = self.size(0) + Math.abs(offset);
    Spec whole = self.spec().withShape(Shape.of(size, size));
    return Dispatch.apply(new Diagonal.Embed(new Diagonal(offset, 0, 1), whole), self);
  }

  /** All windows of {@code size} along {@code dim}, as a new last dimension: a view. */
  default Tensor unfold(int dim, long size, long step) {
    return Dispatch.apply(new Windows(dim, size, step), self());
  }
}

package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Cast;
import ai.cresset.tensor.op.Contiguous;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Expand;
import ai.cresset.tensor.op.Permute;
import ai.cresset.tensor.op.Restride;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/** Other shapes, orders and types of the same elements. */
public interface Shaping {
  /** This object as a tensor. */
  Tensor self();

  /** This tensor in another type; itself if it has that type. */
  default Tensor to(DType dtype) {
    Tensor self = self();
    return self.dtype() == dtype ? self : Dispatch.apply(new Cast(dtype), self);
  }

  /** A row-major copy with a gradient. */
  default Tensor copy() {
    return Dispatch.apply(new Contiguous(), self());
  }

  /** This tensor in row-major memory; itself if it is. */
  default Tensor contiguous() {
    Tensor self = self();
    return self.isContiguous() ? self : self.copy();
  }

  /** The same elements under another shape; one size may be -1. Copies only if it must. */
  default Tensor reshape(long... sizes) {
    Tensor self = self();
    long[] known = sizes.clone();
    int open = -1;
    long product = 1;
    for (int dim = 0; dim < known.length; dim++) {
      if (known[dim] == -1 && open < 0) {
        open = dim;
      } else {
        product *= known[dim];
      }
    }
    if (open >= 0) {
      if (product == 0 || self.numel() % product != 0) {
        throw ShapeException.mismatch(
            "reshape",
            "sizes that divide " + self.numel() + " elements of " + self.shape(),
            java.util.Arrays.toString(sizes));
      }
      known[open] = self.numel() / product;
    }
    return reshape(Shape.of(known));
  }

  /** The same elements under another shape. */
  default Tensor reshape(Shape shape) {
    Tensor self = self();
    return self.shape().equals(shape)
        ? self
        : Dispatch.apply(new Restride(shape), self.contiguous());
  }

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
    dims[a] = b;
    dims[b] = a;
    return permute(dims);
  }

  /** The transpose of a matrix. */
  default Tensor t() {
    return transpose(0, 1);
  }

  /** Dimensions of size 1 repeated up to {@code shape}. */
  default Tensor expand(Shape shape) {
    Tensor self = self();
    return self.shape().equals(shape) ? self : Dispatch.apply(new Expand(shape), self);
  }

  /** Without these dimensions where their size is 1. */
  default Tensor squeeze(int... dims) {
    Tensor self = self();
    boolean[] gone = new boolean[self.rank()];
    for (int dim : dims) {
      int at = self.shape().dim("squeeze", dim);
      gone[at] = self.size(at) == 1;
    }
    Shape shape = self.shape();
    for (int dim = gone.length - 1; dim >= 0; dim--) {
      if (gone[dim]) {
        shape = shape.without(dim);
      }
    }
    return reshape(shape);
  }

  /** With a dimension of size 1 inserted at {@code dim}. */
  default Tensor unsqueeze(int dim) {
    Tensor self = self();
    int at = dim < 0 ? dim + self.rank() + 1 : dim;
    if (at < 0 || at > self.rank()) {
      throw ShapeException.dim("unsqueeze", dim, self.rank() + 1);
    }
    return reshape(self.shape().insert(at, 1));
  }
}

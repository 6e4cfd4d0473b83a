package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Cast;
import ai.cresset.tensor.op.Contiguous;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Expand;
import ai.cresset.tensor.op.Reshape;
import ai.cresset.tensor.op.Transfer;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Arrays;

/** Other shapes, orders and types of the same elements. */
public interface Shaping {
  /** This object as a tensor. */
  Tensor self();

  /** This tensor in another type; itself if it has that type. */
  default Tensor to(DType dtype) {
    Tensor self = self();
    return self.dtype() == dtype ? self : Dispatch.apply(new Cast(dtype), self);
  }

  /** This tensor on another device; itself if it is there. */
  default Tensor to(Device device) {
    Tensor self = self();
    return self.device().equals(device) ? self : Dispatch.apply(new Transfer(device), self);
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

  /**
   * This tensor in memory of this format; itself if it is ({@code to(memory_format=...)}).
   *
   * @throws ShapeException for channels-last memory of a rank outside of 3 to 5
   */
  default Tensor contiguous(MemoryFormat format) {
    Tensor self = self();
    if (format == MemoryFormat.CHANNELS_LAST && (self.rank() < 3 || self.rank() > 5)) {
      throw ShapeException.mismatch(
          "contiguous", "rank 3 to 5 for channels-last memory", self.shape());
    }
    if (format.holds(self)) {
      return self;
    }
    MemoryFormat.countReorder();
    return Dispatch.apply(new Contiguous(format), self);
  }

  /** The same elements under another shape; one size may be -1. Copies only if it must. */
  default Tensor reshape(long... sizes) {
    return reshape(resolve("reshape", sizes));
  }

  /** The same elements under another shape. */
  default Tensor reshape(Shape shape) {
    Tensor self = self();
    return self.shape().equals(shape) ? self : Dispatch.apply(new Reshape(shape), self);
  }

  /**
   * The same memory under another shape; one size may be -1. Refuses where a copy is needed, except
   * for channels-last images, which are the library's own choice and are reordered.
   */
  default Tensor view(long... sizes) {
    Tensor self = self();
    Shape shape = resolve("view", sizes);
    if (Reshape.strides(self.shape(), self.strides(), shape) == null
        && MemoryFormat.of(self) != MemoryFormat.CHANNELS_LAST) {
      throw ShapeException.mismatch(
          "view",
          "strides that allow " + shape + " without a copy",
          self.shape() + " with strides " + self.strides(),
          "use reshape, which copies where it must");
    }
    return reshape(shape);
  }

  /** One dimension in place of {@code [start, end]}. */
  default Tensor flatten(int start, int end) {
    Tensor self = self();
    if (self.rank() == 0) {
      return reshape(1);
    }
    int first = self.shape().dim("flatten", start);
    int last = self.shape().dim("flatten", end);
    if (first > last) {
      throw ShapeException.mismatch("flatten", "start before end", first + " and " + last);
    }
    Shape shape = self.shape();
    long merged = 1;
    for (int dim = last; dim >= first; dim--) {
      merged *= shape.size(dim);
      shape = shape.without(dim);
    }
    return reshape(shape.insert(first, merged));
  }

  /** One dimension in place of all. */
  default Tensor flatten() {
    return reshape(-1);
  }

  /** Dimensions of size 1 repeated up to {@code shape}. */
  default Tensor expand(Shape shape) {
    Tensor self = self();
    return self.shape().equals(shape) ? self : Dispatch.apply(new Expand(shape), self);
  }

  /** Dimensions of size 1 repeated; -1 keeps a size. */
  default Tensor expand(long... sizes) {
    Tensor self = self();
    long[] known = sizes.clone();
    int lead = known.length - self.rank();
    for (int dim = 0; dim < known.length; dim++) {
      if (known[dim] == -1 && dim >= lead && lead >= 0) {
        known[dim] = self.size(dim - lead);
      }
    }
    return expand(Shape.of(known));
  }

  /** Without any dimension of size 1. */
  default Tensor squeeze() {
    Shape shape = self().shape();
    for (int dim = shape.rank() - 1; dim >= 0; dim--) {
      if (shape.size(dim) == 1) {
        shape = shape.without(dim);
      }
    }
    return reshape(shape);
  }

  /** Without these dimensions where their size is 1. */
  default Tensor squeeze(int dim, int... more) {
    Tensor self = self();
    int[] dims = Arrays.copyOf(more, more.length + 1);
    dims[more.length] = dim;
    boolean[] gone = new boolean[Math.max(self.rank(), 1)];
    for (int each : dims) {
      int at = self.shape().dim("squeeze", each);
      gone[at] = self.rank() > 0 && self.size(at) == 1;
    }
    Shape shape = self.shape();
    for (int at = gone.length - 1; at >= 0; at--) {
      if (gone[at]) {
        shape = shape.without(at);
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

  /** Several dimensions in place of one; one of their sizes may be -1. */
  default Tensor unflatten(int dim, long... sizes) {
    Tensor self = self();
    int at = self.shape().dim("unflatten", dim);
    long whole = self.size(at);
    long[] known = sizes.clone();
    long product = 1;
    int open = -1;
    for (int i = 0; i < known.length; i++) {
      if (known[i] == -1 && open < 0) {
        open = i;
      } else {
        product *= known[i];
      }
    }
    if (open >= 0 && product != 0) {
      known[open] = whole / product;
      product *= known[open];
    }
    if (product != whole || known.length == 0) {
      throw ShapeException.mismatch(
          "unflatten", "sizes that multiply to " + whole, Arrays.toString(sizes));
    }
    Shape shape = self.shape().without(at);
    for (int i = known.length - 1; i >= 0; i--) {
      shape = shape.insert(at, known[i]);
    }
    return reshape(shape);
  }

  private Shape resolve(String op, long... sizes) {
    Tensor self = self();
    long[] known = sizes.clone();
    int open = -1;
    long product = 1;
    for (int dim = 0; dim < known.length; dim++) {
      if (known[dim] == -1 && open < 0) {
        open = dim;
      } else if (known[dim] < 0) {
        throw ShapeException.mismatch(
            op, "sizes of at least 0, one of them -1 at most", Arrays.toString(sizes));
      } else {
        product *= known[dim];
      }
    }
    if (open < 0 && product != self.numel()) {
      throw ShapeException.mismatch(
          op,
          "sizes that multiply to the " + self.numel() + " elements of " + self.shape(),
          Arrays.toString(sizes),
          "one size may be -1, to be what is left");
    }
    if (open >= 0) {
      if (product == 0 || self.numel() % product != 0) {
        throw ShapeException.mismatch(
            op,
            "sizes that divide the " + self.numel() + " elements of " + self.shape(),
            Arrays.toString(sizes));
      }
      known[open] = self.numel() / product;
    }
    return Shape.of(known);
  }
}

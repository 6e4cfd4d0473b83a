package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Nonzero;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/** What depends on which elements there are; the shapes of results depend on them too. */
public interface Counting {
  /** This object as a tensor. */
  Tensor self();

  /** Where elements are not 0: int64 {@code [count, rank]}, in row-major order. */
  default Tensor nonzero() {
    Tensor self = self();
    return Dispatch.apply(new Nonzero((long) self.countNonzero().item()), self.detach());
  }

  /** How often each number occurs in this vector of integers of at least 0: int64. */
  default Tensor bincount(long minlength) {
    return bincount(null, minlength);
  }

  /** The sums of {@code weights} for each number in this vector of integers of at least 0. */
  default Tensor bincount(@Nullable Tensor weights, long minlength) {
    Tensor self = self();
    if (!self.dtype().isIntegral()) {
      throw DTypeException.unsupported("bincount", self.dtype(), "the integral types");
    }
    if (self.rank() != 1 || minlength < 0) {
      throw ShapeException.mismatch(
          "bincount", "a vector and a minlength of at least 0", self.shape() + ", " + minlength);
    }
    long largest = self.numel() == 0 ? -1 : self.max().toLongArray()[0];
    if (self.numel() > 0 && self.min().toLongArray()[0] < 0) {
      throw ShapeException.mismatch("bincount", "numbers of at least 0", self.min().item());
    }
    long bins = Math.max(minlength, largest + 1);
    Tensor index = self.to(DType.INT64);
    if (weights != null && !weights.shape().equals(self.shape())) {
      throw ShapeException.mismatch("bincount", "weights of " + self.shape(), weights.shape());
    }
    Tensor each = weights == null ? Tensor.ones(index.spec()) : weights.detach();
    if (weights != null && weights.dtype() != DType.FLOAT32) {
      each = each.to(DType.FLOAT64);
    }
    return Tensor.zeros(each.spec().withShape(Shape.of(bins))).scatterAdd(0, index, each);
  }

  /**
   * How many elements fall into each of {@code bins} equal parts of {@code [low, high]}; with low =
   * high, of the range of the elements. In this tensor's type.
   */
  default Tensor histc(int bins, double low, double high) {
    return Counted.histogram(self(), bins, low, high);
  }

  /** The different elements in ascending order. */
  default Tensor unique() {
    return Unique.of(self()).values();
  }

  /** The same with where each element went, and how often each occurs. */
  default Unique uniqueWithCounts() {
    return Unique.of(self());
  }

  /** The different slices along {@code dim} in ascending order, where each went, how often. */
  default Unique unique(int dim) {
    return Unique.slices(self(), dim);
  }

  /** The elements without those that equal the one before, where each went, how often. */
  default Unique uniqueConsecutive() {
    return Unique.consecutive(self());
  }
}

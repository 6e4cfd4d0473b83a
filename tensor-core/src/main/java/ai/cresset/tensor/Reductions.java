package ai.cresset.tensor;

import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Sum;
import ai.cresset.type.Shape;

/** Reductions over some or all dimensions. */
public interface Reductions {
  /** This object as a tensor. */
  Tensor self();

  /** The sum of all elements, a scalar. */
  default Tensor sum() {
    Tensor self = self();
    long[] ones = new long[self.rank()];
    java.util.Arrays.fill(ones, 1);
    return Dispatch.apply(new Sum(Shape.of(ones)), self).reshape(Shape.scalar());
  }

  /** The sum over {@code dims}; none sums nothing. */
  default Tensor sum(int[] dims, boolean keepDim) {
    Tensor self = self();
    Shape reduced = self.shape();
    for (int dim : dims) {
      reduced = reduced.with(self.shape().dim("sum", dim), 1);
    }
    Tensor result = Dispatch.apply(new Sum(reduced), self);
    return keepDim ? result : result.squeeze(dims);
  }

  /** The mean of all elements, a scalar. */
  default Tensor mean() {
    return sum().div(self().numel());
  }
}

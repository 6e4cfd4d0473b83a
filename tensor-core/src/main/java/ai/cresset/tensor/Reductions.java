package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.op.CumProd;
import ai.cresset.tensor.op.CumSum;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Extreme;
import ai.cresset.tensor.op.Norm;
import ai.cresset.tensor.op.Op;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.tensor.op.Prod;
import ai.cresset.tensor.op.Quantify;
import ai.cresset.tensor.op.Reducing;
import ai.cresset.tensor.op.Sum;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/**
 * Reductions. Where {@code dims} are given, an empty array means every dimension, as in PyTorch.
 */
public interface Reductions {
  /** This object as a tensor. */
  Tensor self();

  /** The sum of all elements, a scalar. */
  default Tensor sum() {
    return sum(Every.DIM, false);
  }

  /** The sum over {@code dims}; integers sum in int64. */
  default Tensor sum(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("sum", self().shape(), dims);
    return finish("sum", new Sum(reduced), dims, keepDim);
  }

  /** The mean of all elements, a scalar; see {@link #mean(int[], boolean)}. */
  default Tensor mean() {
    return mean(Every.DIM, false);
  }

  /**
   * The mean over {@code dims}.
   *
   * @throws DTypeException for integers and booleans, as in PyTorch: cast them first
   */
  default Tensor mean(int[] dims, boolean keepDim) {
    Shape shape = self().shape();
    long count = Reducing.count(shape, Reducing.over("mean", shape, dims));
    Tensor self = self();
    OperandTypes.FLOATING.check("mean", self.dtype());
    if (Halves.are(self)) {
      return self.to(DType.FLOAT32).mean(dims, keepDim).to(self.dtype());
    }
    return sum(dims, keepDim).div(count);
  }

  /** The largest element, a scalar; NaN wins. */
  default Tensor max() {
    return amax(Every.DIM, false);
  }

  /** The smallest element, a scalar; NaN wins. */
  default Tensor min() {
    return amin(Every.DIM, false);
  }

  /** The largest elements over {@code dims}; equal ones share the gradient. */
  default Tensor amax(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("amax", self().shape(), dims);
    return finish("amax", new Extreme(true, reduced), dims, keepDim);
  }

  /** The smallest elements over {@code dims}; equal ones share the gradient. */
  default Tensor amin(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("amin", self().shape(), dims);
    return finish("amin", new Extreme(false, reduced), dims, keepDim);
  }

  /** The unbiased variance of all elements, a scalar. */
  default Tensor var() {
    return var(Every.DIM, 1, false);
  }

  /**
   * The variance over {@code dims}.
   *
   * @param correction what is taken off the number of elements: 1 for the unbiased variance
   */
  default Tensor var(int[] dims, double correction, boolean keepDim) {
    Tensor self = self();
    Shape shape = self.shape();
    if (!self.dtype().isFloating()) {
      throw DTypeException.unsupported("var", self.dtype(), "the floating types");
    }
    if (Halves.are(self)) {
      return self.to(DType.FLOAT32).var(dims, correction, keepDim).to(self.dtype());
    }
    long count = Reducing.count(shape, Reducing.over("var", shape, dims));
    Tensor squares = self.sub(self.mean(dims, true)).square();
    return squares.sum(dims, keepDim).div(Math.max(0, count - correction));
  }

  /** The unbiased standard deviation of all elements, a scalar. */
  default Tensor std() {
    return std(Every.DIM, 1, false);
  }

  /** The standard deviation over {@code dims}. */
  default Tensor std(int[] dims, double correction, boolean keepDim) {
    Tensor self = self();
    OperandTypes.FLOATING.check("std", self.dtype());
    if (Halves.are(self)) {
      return self.to(DType.FLOAT32).std(dims, correction, keepDim).to(self.dtype());
    }
    return var(dims, correction, keepDim).sqrt();
  }

  /** The Euclidean norm of all elements, a scalar. */
  default Tensor norm() {
    return norm(2, Every.DIM, false);
  }

  /** The p-norm over {@code dims}; p may be infinite. */
  default Tensor norm(double p, int[] dims, boolean keepDim) {
    Tensor self = self();
    if (!self.dtype().isFloating()) {
      throw DTypeException.unsupported("norm", self.dtype(), "the floating types");
    }
    if (Halves.are(self) && p != 2) {
      return self.to(DType.FLOAT32).norm(p, dims, keepDim).to(self.dtype());
    }
    if (p == 2) {
      Shape reduced = Reducing.over("norm", self.shape(), dims);
      return finish("norm", new Norm(reduced), dims, keepDim);
    }
    if (p == 1) {
      return self.abs().sum(dims, keepDim);
    }
    if (p == Double.POSITIVE_INFINITY) {
      return self.abs().amax(dims, keepDim);
    }
    if (p == Double.NEGATIVE_INFINITY) {
      return self.abs().amin(dims, keepDim);
    }
    if (p == 0) {
      return self.sign().abs().sum(dims, keepDim);
    }
    return self.abs().pow(p).sum(dims, keepDim).pow(1 / p);
  }

  /** {@code log(sum(e^x))} over {@code dims}, without overflow. */
  default Tensor logSumExp(int[] dims, boolean keepDim) {
    Tensor self = OperandCasting.ofFunction("logSumExp", self());
    if (!self.dtype().isFloating()) {
      return self.to(DType.FLOAT32).logSumExp(dims, keepDim);
    }
    if (Halves.are(self)) {
      return self.to(DType.FLOAT32).logSumExp(dims, keepDim).to(self.dtype());
    }
    Shape reduced = Reducing.over("logSumExp", self.shape(), dims);
    if (self.numel() == 0 && reduced.numel() > 0) {
      Tensor sum = self.exp().sum(dims, true).log();
      return keepDim ? sum : sum.reshape(Reducing.without("logSumExp", self.shape(), dims));
    }
    Tensor largest = self.detach().amax(dims, true);
    Tensor shift = largest.maskedFill(largest.isFinite().logicalNot(), 0);
    Tensor sum = self.sub(shift).exp().sum(dims, true).log().add(shift);
    return keepDim ? sum : sum.reshape(Reducing.without("logSumExp", self.shape(), dims));
  }

  /** Whether any element over {@code dims} is not 0. */
  default Tensor any(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("any", self().shape(), dims);
    return finish("any", new Quantify(false, reduced), dims, keepDim);
  }

  /** Whether every element over {@code dims} is not 0. */
  default Tensor all(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("all", self().shape(), dims);
    return finish("all", new Quantify(true, reduced), dims, keepDim);
  }

  /** The product of all elements, a scalar; integers multiply in int64. */
  default Tensor prod() {
    return prod(Every.DIM, false);
  }

  /** The product over {@code dims}; integers multiply in int64. */
  default Tensor prod(int[] dims, boolean keepDim) {
    Shape reduced = Reducing.over("prod", self().shape(), dims);
    return finish("prod", new Prod(reduced), dims, keepDim);
  }

  /** How many elements are not 0, int64. */
  default Tensor countNonzero() {
    return countNonzero(Every.DIM);
  }

  /** How many elements over {@code dims} are not 0, int64. */
  default Tensor countNonzero(int... dims) {
    return self().ne(0).sum(dims, false);
  }

  /** Whether any element is not 0. */
  default Tensor any() {
    return any(Every.DIM, false);
  }

  /** Whether every element is not 0. */
  default Tensor all() {
    return all(Every.DIM, false);
  }

  /** The running product along {@code dim}; integers multiply in int64. */
  default Tensor cumprod(int dim) {
    return Dispatch.apply(new CumProd(dim), self());
  }

  /** The running sum along {@code dim}; integers sum in int64. */
  default Tensor cumsum(int dim) {
    return Dispatch.apply(new CumSum(dim), self());
  }

  private Tensor finish(String name, Op op, int[] dims, boolean keepDim) {
    Tensor self = self();
    Tensor result = Dispatch.apply(op, self);
    return keepDim ? result : result.reshape(Reducing.without(name, self.shape(), dims));
  }

  /** The norm of a matrix by name: {@code fro}, the root of the sum of squares, of all elements. */
  default Tensor norm(String name, int[] dims, boolean keepDim) {
    return switch (name) {
      case "fro" -> norm(2, dims, keepDim);
      case "inf" -> norm(Double.POSITIVE_INFINITY, dims, keepDim);
      case "-inf" -> norm(Double.NEGATIVE_INFINITY, dims, keepDim);
      default -> throw ConfigException.value("norm.p", name, "a number, fro, inf or -inf");
    };
  }

  /** The dims that stand for all of them. */
  final class Every {
    private static final int[] DIM = {};

    private Every() {}
  }
}

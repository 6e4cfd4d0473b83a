package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/** A product added to something. */
final class Products {
  private Products() {}

  /** {@code beta * summand + alpha * left right}; with beta 0 the summand's NaN does not count. */
  static Tensor add(
      String op, Tensor summand, Tensor left, Tensor right, double beta, double alpha) {
    return sum(
        op,
        OperandCasting.ofFunction(op, summand),
        OperandCasting.ofFunction(op, left),
        OperandCasting.ofFunction(op, right),
        beta,
        alpha);
  }

  private static Tensor sum(
      String op, Tensor summand, Tensor left, Tensor right, double beta, double alpha) {
    if (summand.dtype() != left.dtype() || left.dtype() != right.dtype()) {
      DType other = summand.dtype() == left.dtype() ? right.dtype() : summand.dtype();
      throw DTypeException.mismatch(op, left.dtype(), other);
    }
    if (Halves.are(summand)) {
      Tensor wide = summand.to(DType.FLOAT32);
      return sum(op, wide, left.to(DType.FLOAT32), right.to(DType.FLOAT32), beta, alpha)
          .to(summand.dtype());
    }
    Tensor product = left.matmul(right);
    if (!Shape.broadcast(op, summand.shape(), product.shape()).equals(product.shape())) {
      throw ShapeException.mismatch(
          op, "a summand that broadcasts to " + product.shape(), summand.shape());
    }
    boolean integral = summand.dtype().isIntegral();
    Tensor scaled = alpha == 1 ? product : scale(product, alpha, integral);
    if (beta == 0) {
      return scaled;
    }
    return scaled.add(beta == 1 ? summand : scale(summand, beta, integral));
  }

  private static Tensor scale(Tensor tensor, double factor, boolean integral) {
    return integral ? tensor.mul((long) factor) : tensor.mul(factor);
  }
}

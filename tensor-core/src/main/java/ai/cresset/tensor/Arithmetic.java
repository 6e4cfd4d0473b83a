package ai.cresset.tensor;

import ai.cresset.tensor.op.Add;
import ai.cresset.tensor.op.Affine;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Div;
import ai.cresset.tensor.op.Mul;
import ai.cresset.tensor.op.Promotion;

/** Element-wise arithmetic with broadcasting and PyTorch's type promotion. */
public interface Arithmetic {
  /** This object as a tensor. */
  Tensor self();

  /** {@code this + other}. */
  default Tensor add(Tensor other) {
    return Promotion.binary(new Add(1), self(), other);
  }

  /** {@code this + alpha * other}. */
  default Tensor add(Tensor other, double alpha) {
    return Promotion.binary(new Add(alpha), self(), other);
  }

  /** {@code this + number}. */
  default Tensor add(Number number) {
    return affine(1, number.doubleValue(), number);
  }

  /** {@code this - other}. */
  default Tensor sub(Tensor other) {
    return Promotion.binary(new Add(-1), self(), other);
  }

  /** {@code this - number}. */
  default Tensor sub(Number number) {
    return affine(1, -number.doubleValue(), number);
  }

  /** {@code this * other}. */
  default Tensor mul(Tensor other) {
    return Promotion.binary(new Mul(), self(), other);
  }

  /** {@code this * number}. */
  default Tensor mul(Number number) {
    return affine(number.doubleValue(), 0, number);
  }

  /** {@code this / other}; integers give float32. */
  default Tensor div(Tensor other) {
    return Promotion.floatingBinary(new Div(), self(), other);
  }

  /** {@code this / number}; integers give float32. */
  default Tensor div(Number number) {
    Tensor self = self();
    Tensor divisor =
        Tensor.full(
            new Spec(
                Tensor.spec(self.dtype()).shape(),
                self.dtype().isFloating() ? self.dtype() : ai.cresset.type.DType.FLOAT32,
                self.device()),
            number.doubleValue());
    return div(divisor);
  }

  /** {@code -this}. */
  default Tensor neg() {
    return Dispatch.apply(new Affine(-1, 0), self());
  }

  private Tensor affine(double scale, double shift, Number number) {
    Tensor self = self();
    return Dispatch.apply(new Affine(scale, shift), self.to(self.dtype().withScalar(number)));
  }
}

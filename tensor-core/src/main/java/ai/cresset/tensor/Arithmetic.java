package ai.cresset.tensor;

import ai.cresset.tensor.op.Add;
import ai.cresset.tensor.op.Affine;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Div;
import ai.cresset.tensor.op.DivScalar;
import ai.cresset.tensor.op.FloorDivide;
import ai.cresset.tensor.op.Fmod;
import ai.cresset.tensor.op.Maximum;
import ai.cresset.tensor.op.Minimum;
import ai.cresset.tensor.op.Mul;
import ai.cresset.tensor.op.Pow;
import ai.cresset.tensor.op.PowScalar;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Reciprocal;
import ai.cresset.tensor.op.Remainder;
import ai.cresset.tensor.op.Square;
import ai.cresset.type.DType;

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

  /** {@code number - this}. */
  default Tensor rsub(Number number) {
    return affine(-1, number.doubleValue(), number);
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
    return Promotion.floating(new DivScalar(number.doubleValue()), self());
  }

  /** The quotient rounded down. */
  default Tensor floorDivide(Tensor other) {
    return Promotion.binary(new FloorDivide(), self(), other);
  }

  /** The remainder with the sign of {@code other}. */
  default Tensor remainder(Tensor other) {
    return Promotion.binary(new Remainder(), self(), other);
  }

  /** The remainder with the sign of this. */
  default Tensor fmod(Tensor other) {
    return Promotion.binary(new Fmod(), self(), other);
  }

  /** {@code this ^ exponent}. */
  default Tensor pow(Tensor exponent) {
    return Promotion.binary(new Pow(), self(), exponent);
  }

  /** {@code this ^ exponent}. */
  default Tensor pow(Number exponent) {
    double power = exponent.doubleValue();
    if (power == 2) {
      return square();
    }
    Tensor self = self();
    DType type = self.dtype().withScalar(exponent);
    return Dispatch.apply(new PowScalar(power), self.to(type));
  }

  /** {@code this * this}. */
  default Tensor square() {
    Tensor self = self();
    return Dispatch.apply(new Square(), self.to(self.dtype().withScalar(1)));
  }

  /** {@code -this}. */
  default Tensor neg() {
    return Dispatch.apply(new Affine(-1, 0), self());
  }

  /** {@code 1 / this}. */
  default Tensor reciprocal() {
    return Promotion.floating(new Reciprocal(), self());
  }

  /** The larger of both; NaN wins. */
  default Tensor maximum(Tensor other) {
    return Promotion.binary(new Maximum(), self(), other);
  }

  /** The smaller of both; NaN wins. */
  default Tensor minimum(Tensor other) {
    return Promotion.binary(new Minimum(), self(), other);
  }

  private Tensor affine(double scale, double shift, Number number) {
    Tensor self = self();
    return Dispatch.apply(new Affine(scale, shift), self.to(self.dtype().withScalar(number)));
  }
}

package ai.cresset.tensor;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.op.Add;
import ai.cresset.tensor.op.Addcdiv;
import ai.cresset.tensor.op.Addcmul;
import ai.cresset.tensor.op.Affine;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Div;
import ai.cresset.tensor.op.DivScalar;
import ai.cresset.tensor.op.FloorDivide;
import ai.cresset.tensor.op.Fmod;
import ai.cresset.tensor.op.Lerp;
import ai.cresset.tensor.op.LerpScalar;
import ai.cresset.tensor.op.Maximum;
import ai.cresset.tensor.op.Minimum;
import ai.cresset.tensor.op.Mul;
import ai.cresset.tensor.op.Op;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Remainder;
import ai.cresset.tensor.op.TruncDivide;
import ai.cresset.type.DType;

/**
 * Element-wise arithmetic with broadcasting and PyTorch's type promotion. Quotients and remainders
 * of integers by 0 are refused on the CPU; on CUDA, where a kernel cannot refuse, they are 0.
 */
public interface Arithmetic {
  /** This object as a tensor. */
  Tensor self();

  /** {@code this + other}. */
  default Tensor add(Tensor other) {
    return Promotion.binary(new Add(1), self(), other);
  }

  /** {@code this + alpha * other}. */
  default Tensor add(Tensor other, double alpha) {
    boolean logical =
        Promotion.common(self(), other) == DType.BOOL && alpha != 0 && alpha == Math.rint(alpha);
    return Promotion.binary(new Add(logical ? 1 : alpha), self(), other);
  }

  /** {@code this + number}. */
  default Tensor add(Number number) {
    return Promotion.isExact(number)
        ? affine("add", 1, number.doubleValue(), number)
        : Promotion.withNumber(new Add(1), self(), number);
  }

  /** {@code this - other}. */
  default Tensor sub(Tensor other) {
    return sub(other, 1);
  }

  /** {@code this - alpha * other}. */
  default Tensor sub(Tensor other, double alpha) {
    refuseBooleans("sub", self().dtype());
    refuseBooleans("sub", other.dtype());
    return Promotion.binary(new Add(-alpha), self(), other);
  }

  /** {@code this - number}. */
  default Tensor sub(Number number) {
    refuseBooleans("sub", self().dtype());
    return Promotion.isExact(number)
        ? affine("sub", 1, -number.doubleValue(), number)
        : Promotion.withNumber(new Add(-1), self(), number);
  }

  /** {@code number - this}. */
  default Tensor rsub(Number number) {
    refuseBooleans("rsub", self().dtype());
    if (!Promotion.isExact(number)) {
      return Promotion.withNumber(new Add(1), neg(), number);
    }
    return affine("rsub", -1, number.doubleValue(), number);
  }

  /** {@code this * other}. */
  default Tensor mul(Tensor other) {
    return Promotion.binary(new Mul(), self(), other);
  }

  /** {@code this * number}. */
  default Tensor mul(Number number) {
    return Promotion.isExact(number)
        ? affine("mul", number.doubleValue(), 0, number)
        : Promotion.withNumber(new Mul(), self(), number);
  }

  /** {@code this / other}; integers give float32. */
  default Tensor div(Tensor other) {
    return Promotion.floatingBinary(new Div(), self(), other);
  }

  /** {@code this / number}; integers give float32. */
  default Tensor div(Number number) {
    return Promotion.floating(new DivScalar(number.doubleValue()), self());
  }

  /** {@code this / other}, rounded; integers stay integers. */
  default Tensor div(Tensor other, DivisionRounding rounding) {
    return Promotion.binary(quotient(rounding), self(), other);
  }

  /** {@code this / number}, rounded; integers stay integers. */
  default Tensor div(Number number, DivisionRounding rounding) {
    return Promotion.withNumber(quotient(rounding), self(), number);
  }

  private static Op quotient(DivisionRounding rounding) {
    return rounding == DivisionRounding.FLOOR ? new FloorDivide() : new TruncDivide();
  }

  /** The quotient rounded down. */
  default Tensor floorDivide(Tensor other) {
    return Promotion.binary(new FloorDivide(), self(), other);
  }

  /** The quotient rounded down. */
  default Tensor floorDivide(Number number) {
    return Promotion.withNumber(new FloorDivide(), self(), number);
  }

  /** The remainder with the sign of the divisor. */
  default Tensor remainder(Tensor other) {
    return Promotion.binary(new Remainder(), self(), other);
  }

  /** The remainder with the sign of the divisor. */
  default Tensor remainder(Number number) {
    return Promotion.withNumber(new Remainder(), self(), number);
  }

  /** The remainder with the sign of this. */
  default Tensor fmod(Tensor other) {
    return Promotion.binary(new Fmod(), self(), other);
  }

  /** The remainder with the sign of this. */
  default Tensor fmod(Number number) {
    return Promotion.withNumber(new Fmod(), self(), number);
  }

  /** {@code this + value * first * second}; all three broadcast. */
  default Tensor addcmul(Tensor first, Tensor second, double value) {
    return Promotion.all(new Addcmul(value), self(), first, second);
  }

  /** {@code this + value * first / second}; all three broadcast. */
  default Tensor addcdiv(Tensor first, Tensor second, double value) {
    return Promotion.all(new Addcdiv(value), self(), first, second);
  }

  /** {@code this + weight * (end - this)}, exact at both ends. */
  default Tensor lerp(Tensor end, double weight) {
    return Promotion.binary(new LerpScalar(weight), self(), end);
  }

  /** {@code this + weight * (end - this)}, exact at both ends; all three broadcast. */
  default Tensor lerp(Tensor end, Tensor weight) {
    return Promotion.all(new Lerp(), self(), end, weight);
  }

  /** {@code -this}. */
  default Tensor neg() {
    refuseBooleans("neg", self().dtype());
    return Dispatch.apply(new Affine("neg", -1, 0), self());
  }

  /** The larger of both; NaN wins. */
  default Tensor maximum(Tensor other) {
    return Promotion.binary(new Maximum(), self(), other);
  }

  /** The smaller of both; NaN wins. */
  default Tensor minimum(Tensor other) {
    return Promotion.binary(new Minimum(), self(), other);
  }

  private static void refuseBooleans(String op, DType type) {
    if (type == DType.BOOL) {
      throw DTypeException.booleans(op);
    }
  }

  private Tensor affine(String name, double scale, double shift, Number number) {
    Tensor self = self();
    return Dispatch.apply(new Affine(name, scale, shift), self.to(self.dtype().withScalar(number)));
  }
}

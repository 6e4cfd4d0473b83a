package ai.cresset.tensor;

import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Exp;
import ai.cresset.tensor.op.Exp2;
import ai.cresset.tensor.op.Expm1;
import ai.cresset.tensor.op.Log;
import ai.cresset.tensor.op.Log10;
import ai.cresset.tensor.op.Log1p;
import ai.cresset.tensor.op.Log2;
import ai.cresset.tensor.op.Logaddexp;
import ai.cresset.tensor.op.Logaddexp2;
import ai.cresset.tensor.op.Pow;
import ai.cresset.tensor.op.PowBase;
import ai.cresset.tensor.op.PowScalar;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Reciprocal;
import ai.cresset.tensor.op.Rsqrt;
import ai.cresset.tensor.op.Sqrt;
import ai.cresset.tensor.op.Square;
import ai.cresset.tensor.op.Xlogy;

/** Powers, exponentials and logarithms of each element. */
public interface Exponentials {
  /** This object as a tensor. */
  Tensor self();

  /** {@code e^this}. */
  default Tensor exp() {
    return Promotion.floating(new Exp(), self());
  }

  /** {@code 2^this}. */
  default Tensor exp2() {
    return Promotion.floating(new Exp2(), self());
  }

  /** {@code e^this - 1}, exact near 0. */
  default Tensor expm1() {
    return Promotion.floating(new Expm1(), self());
  }

  /** The natural logarithm. */
  default Tensor log() {
    return Promotion.floating(new Log(), self());
  }

  /** The logarithm to base 2. */
  default Tensor log2() {
    return Promotion.floating(new Log2(), self());
  }

  /** The logarithm to base 10. */
  default Tensor log10() {
    return Promotion.floating(new Log10(), self());
  }

  /** {@code log(1 + this)}, exact near 0. */
  default Tensor log1p() {
    return Promotion.floating(new Log1p(), self());
  }

  /** {@code log(e^this + e^other)} without overflow. */
  default Tensor logaddexp(Tensor other) {
    return Promotion.binary(new Logaddexp(), self(), other);
  }

  /** {@code log2(2^this + 2^other)} without overflow. */
  default Tensor logaddexp2(Tensor other) {
    return Promotion.binary(new Logaddexp2(), self(), other);
  }

  /** {@code this * log(other)}, and 0 where this is 0. */
  default Tensor xlogy(Tensor other) {
    return Promotion.floatingBinary(new Xlogy(), self(), other);
  }

  /** The square root. */
  default Tensor sqrt() {
    return Promotion.floating(new Sqrt(), self());
  }

  /** {@code 1 / sqrt(this)}. */
  default Tensor rsqrt() {
    return Promotion.floating(new Rsqrt(), self());
  }

  /** {@code 1 / this}. */
  default Tensor reciprocal() {
    return Promotion.floating(new Reciprocal(), self());
  }

  /** {@code this * this}. */
  default Tensor square() {
    Tensor self = self();
    return Dispatch.apply(new Square(), self.to(self.dtype().withScalar(1)));
  }

  /** {@code this ^ exponent}. */
  default Tensor pow(Tensor exponent) {
    return Promotion.binary(new Pow(), self(), exponent);
  }

  /**
   * {@code this ^ exponent}.
   *
   * @throws ai.cresset.error.DTypeException for integers and a negative integer exponent
   */
  default Tensor pow(Number exponent) {
    double power = exponent.doubleValue();
    Tensor base = self().to(self().dtype().withScalar(exponent));
    return Dispatch.apply(power == 2 ? new Square() : new PowScalar(power), base);
  }

  /** {@code base ^ this}. */
  default Tensor rpow(Number base) {
    Tensor exponent = self().to(self().dtype().withScalar(base));
    return Dispatch.apply(new PowBase(base.doubleValue()), exponent);
  }
}

package ai.cresset.tensor;

import ai.cresset.tensor.op.Acos;
import ai.cresset.tensor.op.Acosh;
import ai.cresset.tensor.op.Asin;
import ai.cresset.tensor.op.Asinh;
import ai.cresset.tensor.op.Atan;
import ai.cresset.tensor.op.Atan2;
import ai.cresset.tensor.op.Atanh;
import ai.cresset.tensor.op.Cos;
import ai.cresset.tensor.op.Cosh;
import ai.cresset.tensor.op.Hypot;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Sin;
import ai.cresset.tensor.op.Sinh;
import ai.cresset.tensor.op.Tan;
import ai.cresset.tensor.op.Tanh;

/** Circular and hyperbolic functions of each element; integers become float32. */
public interface Trigonometry {
  /** This object as a tensor. */
  Tensor self();

  /** The sine. */
  default Tensor sin() {
    return Promotion.floating(new Sin(), self());
  }

  /** The cosine. */
  default Tensor cos() {
    return Promotion.floating(new Cos(), self());
  }

  /** The tangent. */
  default Tensor tan() {
    return Promotion.floating(new Tan(), self());
  }

  /** The angle in [-pi / 2, pi / 2] whose sine this is. */
  default Tensor asin() {
    return Promotion.floating(new Asin(), self());
  }

  /** The angle in [0, pi] whose cosine this is. */
  default Tensor acos() {
    return Promotion.floating(new Acos(), self());
  }

  /** The angle in [-pi / 2, pi / 2] whose tangent this is. */
  default Tensor atan() {
    return Promotion.floating(new Atan(), self());
  }

  /** The angle of the point ({@code other}, this), in [-pi, pi]. */
  default Tensor atan2(Tensor other) {
    return Promotion.floatingBinary(new Atan2(), self(), other);
  }

  /** {@code sqrt(this^2 + other^2)} without overflow. */
  default Tensor hypot(Tensor other) {
    return Promotion.binary(new Hypot(), self(), other);
  }

  /** The hyperbolic sine. */
  default Tensor sinh() {
    return Promotion.floating(new Sinh(), self());
  }

  /** The hyperbolic cosine. */
  default Tensor cosh() {
    return Promotion.floating(new Cosh(), self());
  }

  /** The hyperbolic tangent. */
  default Tensor tanh() {
    return Promotion.floating(new Tanh(), self());
  }

  /** The inverse hyperbolic sine. */
  default Tensor asinh() {
    return Promotion.floating(new Asinh(), self());
  }

  /** The inverse hyperbolic cosine. */
  default Tensor acosh() {
    return Promotion.floating(new Acosh(), self());
  }

  /** The inverse hyperbolic tangent. */
  default Tensor atanh() {
    return Promotion.floating(new Atanh(), self());
  }

  /** Degrees as radians. */
  default Tensor deg2rad() {
    return self().mul(Math.PI / 180);
  }

  /** Radians as degrees. */
  default Tensor rad2deg() {
    return self().mul(180 / Math.PI);
  }
}

package ai.cresset.tensor;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.op.Abs;
import ai.cresset.tensor.op.Affine;
import ai.cresset.tensor.op.Clamp;
import ai.cresset.tensor.op.Cos;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Elu;
import ai.cresset.tensor.op.Erf;
import ai.cresset.tensor.op.Exp;
import ai.cresset.tensor.op.Expm1;
import ai.cresset.tensor.op.LeakyRelu;
import ai.cresset.tensor.op.Log;
import ai.cresset.tensor.op.Log1p;
import ai.cresset.tensor.op.Op;
import ai.cresset.tensor.op.Reciprocal;
import ai.cresset.tensor.op.Relu;
import ai.cresset.tensor.op.Rounding;
import ai.cresset.tensor.op.Rsqrt;
import ai.cresset.tensor.op.Sigmoid;
import ai.cresset.tensor.op.Silu;
import ai.cresset.tensor.op.Sin;
import ai.cresset.tensor.op.Sqrt;
import ai.cresset.tensor.op.Square;
import ai.cresset.tensor.op.Tanh;
import ai.cresset.type.DType;

/**
 * Functions of each element in place; see {@link InPlace}. Those that give fractions refuse
 * integers, which could not hold them.
 */
public interface InPlaceFunctions {
  /** This object as a tensor. */
  Tensor self();

  /** {@code this = -this}. */
  default Tensor neg_() {
    return Dispatch.applyInPlace("neg_", new Affine("neg_", -1, 0), self());
  }

  /** The absolute value. */
  default Tensor abs_() {
    return Dispatch.applyInPlace("abs_", new Abs(), self());
  }

  /** {@code this = this * this}. */
  default Tensor square_() {
    return Dispatch.applyInPlace("square_", new Square(), self());
  }

  /** Bounds elements from both sides; infinite bounds do nothing. */
  default Tensor clamp_(double low, double high) {
    return Dispatch.applyInPlace("clamp_", new Clamp(low, high), self());
  }

  /** {@code max(this, 0)}. */
  default Tensor relu_() {
    return Dispatch.applyInPlace("relu_", new Relu(), self());
  }

  /** Rounds down. */
  default Tensor floor_() {
    return Dispatch.applyInPlace("floor_", new Rounding(UnaryFunction.FLOOR), self());
  }

  /** Rounds up. */
  default Tensor ceil_() {
    return Dispatch.applyInPlace("ceil_", new Rounding(UnaryFunction.CEIL), self());
  }

  /** Rounds to the nearest whole number, halves to even ones. */
  default Tensor round_() {
    return Dispatch.applyInPlace("round_", new Rounding(UnaryFunction.ROUND), self());
  }

  /** Rounds towards 0. */
  default Tensor trunc_() {
    return Dispatch.applyInPlace("trunc_", new Rounding(UnaryFunction.TRUNC), self());
  }

  /** {@code e^this}. */
  default Tensor exp_() {
    return fraction("exp_", new Exp());
  }

  /** {@code e^this - 1}, exact near 0. */
  default Tensor expm1_() {
    return fraction("expm1_", new Expm1());
  }

  /** The natural logarithm. */
  default Tensor log_() {
    return fraction("log_", new Log());
  }

  /** {@code log(1 + this)}, exact near 0. */
  default Tensor log1p_() {
    return fraction("log1p_", new Log1p());
  }

  /** The square root. */
  default Tensor sqrt_() {
    return fraction("sqrt_", new Sqrt());
  }

  /** {@code 1 / sqrt(this)}. */
  default Tensor rsqrt_() {
    return fraction("rsqrt_", new Rsqrt());
  }

  /** {@code 1 / this}. */
  default Tensor reciprocal_() {
    return fraction("reciprocal_", new Reciprocal());
  }

  /** The sine. */
  default Tensor sin_() {
    return fraction("sin_", new Sin());
  }

  /** The cosine. */
  default Tensor cos_() {
    return fraction("cos_", new Cos());
  }

  /** The hyperbolic tangent. */
  default Tensor tanh_() {
    return fraction("tanh_", new Tanh());
  }

  /** {@code 1 / (1 + e^-this)}. */
  default Tensor sigmoid_() {
    return fraction("sigmoid_", new Sigmoid());
  }

  /** The error function. */
  default Tensor erf_() {
    return fraction("erf_", new Erf());
  }

  /** {@code this * sigmoid(this)}. */
  default Tensor silu_() {
    return fraction("silu_", new Silu());
  }

  /** {@code this} where positive, else {@code slope * this}. */
  default Tensor leakyRelu_(double slope) {
    return fraction("leakyRelu_", new LeakyRelu(slope));
  }

  /** {@code this} where positive, else {@code alpha * (e^this - 1)}. */
  default Tensor elu_(double alpha) {
    return fraction("elu_", new Elu(alpha, 1, 1));
  }

  private Tensor fraction(String name, Op op) {
    Tensor self = self();
    if (!self.dtype().isFloating()) {
      throw DTypeException.notCastable(name, DType.FLOAT32, self.dtype());
    }
    return Dispatch.applyInPlace(name, op, self);
  }
}

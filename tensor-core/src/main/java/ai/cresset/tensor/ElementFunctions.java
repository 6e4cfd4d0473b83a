package ai.cresset.tensor;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.op.Abs;
import ai.cresset.tensor.op.Clamp;
import ai.cresset.tensor.op.Copysign;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Elu;
import ai.cresset.tensor.op.Frac;
import ai.cresset.tensor.op.Gelu;
import ai.cresset.tensor.op.LeakyRelu;
import ai.cresset.tensor.op.NanToNum;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Relu;
import ai.cresset.tensor.op.RoundDecimals;
import ai.cresset.tensor.op.Rounding;
import ai.cresset.tensor.op.Silu;
import ai.cresset.tensor.op.Softmax;
import ai.cresset.tensor.op.Softplus;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/** Signs, rounding, bounds and the commonest activations of each element, as in PyTorch. */
public interface ElementFunctions {
  /** This object as a tensor. */
  Tensor self();

  /** {@code this * sigmoid(this)}. */
  default Tensor silu() {
    return Dispatch.apply(new Silu(), self());
  }

  /** {@code x Phi(x)} with the normal distribution function. */
  default Tensor gelu() {
    return gelu(GeluApproximation.NONE);
  }

  /** {@code x Phi(x)}, or its approximation by tanh. */
  default Tensor gelu(GeluApproximation approximation) {
    return Dispatch.apply(new Gelu(approximation), self());
  }

  /** {@code max(this, 0)}. */
  default Tensor relu() {
    return Dispatch.apply(new Relu(), self());
  }

  /** This above 0, {@code slope * this} below. */
  default Tensor leakyRelu(double slope) {
    return Dispatch.apply(new LeakyRelu(slope), self());
  }

  /** This above 0, {@code alpha * (e^this - 1)} below. */
  default Tensor elu(double alpha) {
    return Dispatch.apply(new Elu(alpha, 1, 1), self());
  }

  /** {@code log(1 + e^(beta * this)) / beta}; this itself where {@code beta * this} exceeds 20. */
  default Tensor softplus(double beta) {
    return softplus(beta, 20);
  }

  /**
   * {@code log(1 + e^(beta * this)) / beta}; this where {@code beta * this} exceeds a threshold.
   */
  default Tensor softplus(double beta, double threshold) {
    return Dispatch.apply(new Softplus(beta, threshold), self());
  }

  /** The absolute value. */
  default Tensor abs() {
    return Dispatch.apply(new Abs(), self());
  }

  /** -1, 0 or 1. */
  default Tensor sign() {
    return Dispatch.apply(new Rounding(UnaryFunction.SIGN), self());
  }

  /** Rounded down. */
  default Tensor floor() {
    return Dispatch.apply(new Rounding(UnaryFunction.FLOOR), self());
  }

  /** Rounded up. */
  default Tensor ceil() {
    return Dispatch.apply(new Rounding(UnaryFunction.CEIL), self());
  }

  /** Rounded to the nearest integer, halves to the even one. */
  default Tensor round() {
    return Dispatch.apply(new Rounding(UnaryFunction.ROUND), self());
  }

  /** Rounded towards 0. */
  default Tensor trunc() {
    return Dispatch.apply(new Rounding(UnaryFunction.TRUNC), self());
  }

  /** Rounded to a number of decimals (negative: tens, hundreds), halves to the even one. */
  default Tensor round(int decimals) {
    return decimals == 0 ? round() : Dispatch.apply(new RoundDecimals(decimals), self());
  }

  /** The part behind the point, with the sign of this. */
  default Tensor frac() {
    return Dispatch.apply(new Frac(), self());
  }

  /** The size of this with the sign of {@code other}, also that of a zero. */
  default Tensor copysign(Tensor other) {
    return Promotion.floatingBinary(new Copysign(), self(), other);
  }

  /**
   * Bounded from both sides; no bound where it is null or infinite. Integers with fractional bounds
   * become float32.
   */
  default Tensor clamp(@Nullable Number low, @Nullable Number high) {
    Tensor self = self();
    DType type = self.dtype();
    type = low == null ? type : type.withScalar(low);
    type = high == null ? type : type.withScalar(high);
    double from = low == null ? Double.NEGATIVE_INFINITY : low.doubleValue();
    double to = high == null ? Double.POSITIVE_INFINITY : high.doubleValue();
    return Dispatch.apply(new Clamp(from, to), self.to(type));
  }

  /** Bounded by the elements of other tensors, which broadcast; null for no bound. */
  default Tensor clamp(@Nullable Tensor low, @Nullable Tensor high) {
    return Promotion.clamp(self(), low, high);
  }

  /** At least {@code low}. */
  default Tensor clampMin(Number low) {
    return clamp(low, null);
  }

  /** At most {@code high}. */
  default Tensor clampMax(Number high) {
    return clamp(null, high);
  }

  /** NaN replaced by 0, infinities by the largest and smallest number of the type. */
  default Tensor nanToNum() {
    return nanToNum(0, null, null);
  }

  /** NaN and infinities replaced; null stands for the largest and smallest number of the type. */
  default Tensor nanToNum(double nan, @Nullable Double positive, @Nullable Double negative) {
    Tensor self = self();
    if (!self.dtype().isFloating()) {
      return self.copy();
    }
    double largest = self.dtype().largest();
    return Dispatch.apply(
        new NanToNum(
            nan, positive == null ? largest : positive, negative == null ? -largest : negative),
        self);
  }

  /** {@code e^x / sum(e^x)} along a dimension. */
  default Tensor softmax(int dim) {
    return Dispatch.apply(new Softmax(dim, false), self());
  }

  /** The logarithm of softmax along a dimension. */
  default Tensor logSoftmax(int dim) {
    return Dispatch.apply(new Softmax(dim, true), self());
  }
}

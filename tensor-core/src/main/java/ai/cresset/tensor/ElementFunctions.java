package ai.cresset.tensor;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.op.Abs;
import ai.cresset.tensor.op.Clamp;
import ai.cresset.tensor.op.Cos;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Elu;
import ai.cresset.tensor.op.Erf;
import ai.cresset.tensor.op.Exp;
import ai.cresset.tensor.op.Expm1;
import ai.cresset.tensor.op.Gelu;
import ai.cresset.tensor.op.LeakyRelu;
import ai.cresset.tensor.op.Log;
import ai.cresset.tensor.op.Log1p;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Relu;
import ai.cresset.tensor.op.Rounding;
import ai.cresset.tensor.op.Rsqrt;
import ai.cresset.tensor.op.Sigmoid;
import ai.cresset.tensor.op.Silu;
import ai.cresset.tensor.op.Sin;
import ai.cresset.tensor.op.Softmax;
import ai.cresset.tensor.op.Softplus;
import ai.cresset.tensor.op.Sqrt;
import ai.cresset.tensor.op.Tanh;

/**
 * Functions of each element, named and defined as in PyTorch; those that give fractions turn
 * integers into float32.
 */
public interface ElementFunctions {
  /** This object as a tensor. */
  Tensor self();

  /** {@code e^this}. */
  default Tensor exp() {
    return Promotion.floating(new Exp(), self());
  }

  /** {@code e^this - 1}, exact near 0. */
  default Tensor expm1() {
    return Promotion.floating(new Expm1(), self());
  }

  /** The natural logarithm. */
  default Tensor log() {
    return Promotion.floating(new Log(), self());
  }

  /** {@code log(1 + this)}, exact near 0. */
  default Tensor log1p() {
    return Promotion.floating(new Log1p(), self());
  }

  /** The square root. */
  default Tensor sqrt() {
    return Promotion.floating(new Sqrt(), self());
  }

  /** {@code 1 / sqrt(this)}. */
  default Tensor rsqrt() {
    return Promotion.floating(new Rsqrt(), self());
  }

  /** The sine. */
  default Tensor sin() {
    return Promotion.floating(new Sin(), self());
  }

  /** The cosine. */
  default Tensor cos() {
    return Promotion.floating(new Cos(), self());
  }

  /** The hyperbolic tangent. */
  default Tensor tanh() {
    return Promotion.floating(new Tanh(), self());
  }

  /** {@code 1 / (1 + e^-this)}. */
  default Tensor sigmoid() {
    return Promotion.floating(new Sigmoid(), self());
  }

  /** {@code this * sigmoid(this)}. */
  default Tensor silu() {
    return Promotion.floating(new Silu(), self());
  }

  /** The error function. */
  default Tensor erf() {
    return Promotion.floating(new Erf(), self());
  }

  /** {@code x Phi(x)} with the normal distribution function. */
  default Tensor gelu() {
    return gelu(GeluApproximation.NONE);
  }

  /** {@code x Phi(x)}, or its approximation by tanh. */
  default Tensor gelu(GeluApproximation approximation) {
    return Promotion.floating(new Gelu(approximation), self());
  }

  /** {@code max(this, 0)}. */
  default Tensor relu() {
    return Dispatch.apply(new Relu(), self());
  }

  /** This above 0, {@code slope * this} below. */
  default Tensor leakyRelu(double slope) {
    return Promotion.floating(new LeakyRelu(slope), self());
  }

  /** This above 0, {@code alpha * (e^this - 1)} below. */
  default Tensor elu(double alpha) {
    return Promotion.floating(new Elu(alpha), self());
  }

  /** {@code log(1 + e^(beta * this)) / beta}; this itself where {@code beta * this} exceeds 20. */
  default Tensor softplus(double beta) {
    return Promotion.floating(new Softplus(beta, 20), self());
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

  /** Bounded to {@code [low, high]}; infinite bounds do nothing. */
  default Tensor clamp(double low, double high) {
    return Dispatch.apply(new Clamp(low, high), self());
  }

  /** {@code e^x / sum(e^x)} along a dimension. */
  default Tensor softmax(int dim) {
    return Promotion.floating(new Softmax(dim, false), self());
  }

  /** The logarithm of softmax along a dimension. */
  default Tensor logSoftmax(int dim) {
    return Promotion.floating(new Softmax(dim, true), self());
  }
}

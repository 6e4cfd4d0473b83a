package ai.cresset.tensor;

import ai.cresset.tensor.op.Digamma;
import ai.cresset.tensor.op.Erf;
import ai.cresset.tensor.op.Erfc;
import ai.cresset.tensor.op.Erfinv;
import ai.cresset.tensor.op.Lgamma;
import ai.cresset.tensor.op.Logit;
import ai.cresset.tensor.op.Polygamma;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Sigmoid;

/**
 * The error function, the gamma function and the logistic function of each element; integers become
 * float32.
 */
public interface SpecialFunctions {
  /** This object as a tensor. */
  Tensor self();

  /** {@code 1 / (1 + e^-this)}. */
  default Tensor sigmoid() {
    return Promotion.floating(new Sigmoid(), self());
  }

  /** {@code log(this / (1 - this))}; NaN outside of [0, 1]. */
  default Tensor logit() {
    return Promotion.floating(new Logit(-1), self());
  }

  /** The same after elements were brought into {@code [eps, 1 - eps]}. */
  default Tensor logit(double eps) {
    return Promotion.floating(new Logit(eps), self());
  }

  /** The error function. */
  default Tensor erf() {
    return Promotion.floating(new Erf(), self());
  }

  /** {@code 1 - erf(this)}, exact where that is small. */
  default Tensor erfc() {
    return Promotion.floating(new Erfc(), self());
  }

  /** The inverse of {@link #erf}. */
  default Tensor erfinv() {
    return Promotion.floating(new Erfinv(), self());
  }

  /** The logarithm of the absolute value of the gamma function. */
  default Tensor lgamma() {
    return Promotion.floating(new Lgamma(), self());
  }

  /** The derivative of {@link #lgamma}. */
  default Tensor digamma() {
    return Promotion.floating(new Digamma(), self());
  }

  /** The derivative of {@link #digamma} of this order, from 1 on. */
  default Tensor polygamma(int order) {
    return Promotion.floating(new Polygamma(order), self());
  }
}

package ai.cresset.tensor;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.op.Classify;
import ai.cresset.tensor.op.Compare;
import ai.cresset.tensor.op.CompareScalar;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.type.DType;

/** Element-wise comparisons and logic, which give booleans and have no gradient. */
public interface Comparison {
  /** This object as a tensor. */
  Tensor self();

  /** {@code this == other}. */
  default Tensor eq(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.EQ), self(), other);
  }

  /** {@code this == other}. */
  default Tensor eq(Number other) {
    return compare(BinaryFunction.EQ, other);
  }

  /** {@code this != other}. */
  default Tensor ne(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.NE), self(), other);
  }

  /** {@code this != other}. */
  default Tensor ne(Number other) {
    return compare(BinaryFunction.NE, other);
  }

  /** {@code this < other}. */
  default Tensor lt(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.LT), self(), other);
  }

  /** {@code this < other}. */
  default Tensor lt(Number other) {
    return compare(BinaryFunction.LT, other);
  }

  /** {@code this <= other}. */
  default Tensor le(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.LE), self(), other);
  }

  /** {@code this <= other}. */
  default Tensor le(Number other) {
    return compare(BinaryFunction.LE, other);
  }

  /** {@code this > other}. */
  default Tensor gt(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.GT), self(), other);
  }

  /** {@code this > other}. */
  default Tensor gt(Number other) {
    return compare(BinaryFunction.GT, other);
  }

  /** {@code this >= other}. */
  default Tensor ge(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.GE), self(), other);
  }

  /** {@code this >= other}. */
  default Tensor ge(Number other) {
    return compare(BinaryFunction.GE, other);
  }

  /** Whether both are not 0. */
  default Tensor logicalAnd(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.LOGICAL_AND), self(), other);
  }

  /** Whether one of both is not 0. */
  default Tensor logicalOr(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.LOGICAL_OR), self(), other);
  }

  /** Whether exactly one of both is not 0. */
  default Tensor logicalXor(Tensor other) {
    return Promotion.binary(new Compare(BinaryFunction.LOGICAL_XOR), self(), other);
  }

  /** Whether elements are 0. */
  default Tensor logicalNot() {
    return Dispatch.apply(new Classify(UnaryFunction.LOGICAL_NOT), self());
  }

  /** Whether elements are NaN. */
  default Tensor isNan() {
    return Dispatch.apply(new Classify(UnaryFunction.IS_NAN), self());
  }

  /** Whether elements are infinite. */
  default Tensor isInf() {
    return Dispatch.apply(new Classify(UnaryFunction.IS_INF), self());
  }

  /** Whether elements are neither infinite nor NaN. */
  default Tensor isFinite() {
    return Dispatch.apply(new Classify(UnaryFunction.IS_FINITE), self());
  }

  /** Whether elements are positive infinity. */
  default Tensor isPosInf() {
    return self().eq(Double.POSITIVE_INFINITY);
  }

  /** Whether elements are negative infinity. */
  default Tensor isNegInf() {
    return self().eq(Double.NEGATIVE_INFINITY);
  }

  /** {@link #isClose(Tensor, double, double, boolean)} with 1e-5, 1e-8, and NaN unlike NaN. */
  default Tensor isClose(Tensor other) {
    return isClose(other, 1e-5, 1e-8, false);
  }

  /**
   * Whether {@code |this - other| <= absolute + relative * |other|}; equal infinities are close.
   *
   * @param equalNan whether NaN is close to NaN
   */
  default Tensor isClose(Tensor other, double relative, double absolute, boolean equalNan) {
    Tensor self = self();
    if (self.dtype() != other.dtype()) {
      throw DTypeException.mismatch("isClose", self.dtype(), other.dtype());
    }
    Tensor close = self.eq(other);
    if (equalNan) {
      close = close.logicalOr(self.isNan().logicalAnd(other.isNan()));
    }
    DType type = self.dtype().isFloating() ? self.dtype() : DType.FLOAT64;
    Tensor target = other.to(type);
    Tensor distance = self.to(type).sub(target).abs();
    Tensor within = distance.le(target.abs().mul(relative).add(absolute));
    return close.logicalOr(within.logicalAnd(distance.isFinite()));
  }

  /** Whether all elements are close ({@code torch.allclose} with its default tolerances). */
  default boolean allClose(Tensor other) {
    return allClose(other, 1e-5, 1e-8, false);
  }

  /** Whether all elements are {@linkplain #isClose(Tensor, double, double, boolean) close}. */
  default boolean allClose(Tensor other, double relative, double absolute, boolean equalNan) {
    return isClose(other, relative, absolute, equalNan).all(new int[0], false).item() != 0;
  }

  /** Whether both have the same shape and elements ({@code torch.equal}). */
  default boolean equal(Tensor other) {
    Tensor self = self();
    return self.shape().equals(other.shape()) && self.eq(other).all(new int[0], false).item() != 0;
  }

  private Tensor compare(BinaryFunction function, Number other) {
    Tensor self = self();
    if (!Promotion.isExact(other)) {
      return Promotion.withNumber(new Compare(function), self, other);
    }
    return Dispatch.apply(
        new CompareScalar(function, other.doubleValue()), self.to(self.dtype().withScalar(other)));
  }
}

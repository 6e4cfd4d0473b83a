package ai.cresset.tensor;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.op.Classify;
import ai.cresset.tensor.op.Compare;
import ai.cresset.tensor.op.CompareScalar;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Promotion;

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

  private Tensor compare(BinaryFunction function, Number other) {
    Tensor self = self();
    return Dispatch.apply(
        new CompareScalar(function, other.doubleValue()), self.to(self.dtype().withScalar(other)));
  }
}

package ai.cresset.tensor;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.tensor.op.Bitwise;
import ai.cresset.tensor.op.BitwiseNot;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.type.DType;

/** Logic of the bits of integers and booleans. */
public interface BitLogic {
  /** This object as a tensor. */
  Tensor self();

  /** The opposite of each bit; of a boolean, the other one. */
  default Tensor bitwiseNot() {
    Tensor self = self();
    return self.dtype() == DType.BOOL ? self.logicalNot() : Dispatch.apply(new BitwiseNot(), self);
  }

  /** The bits that are set in both. */
  default Tensor bitwiseAnd(Tensor other) {
    return Promotion.binary(new Bitwise(BinaryFunction.BITWISE_AND), self(), other);
  }

  /** The bits that are set in both. */
  default Tensor bitwiseAnd(Number other) {
    return Promotion.withNumber(new Bitwise(BinaryFunction.BITWISE_AND), self(), other);
  }

  /** The bits that are set in one of both. */
  default Tensor bitwiseOr(Tensor other) {
    return Promotion.binary(new Bitwise(BinaryFunction.BITWISE_OR), self(), other);
  }

  /** The bits that are set in one of both. */
  default Tensor bitwiseOr(Number other) {
    return Promotion.withNumber(new Bitwise(BinaryFunction.BITWISE_OR), self(), other);
  }

  /** The bits that are set in exactly one of both. */
  default Tensor bitwiseXor(Tensor other) {
    return Promotion.binary(new Bitwise(BinaryFunction.BITWISE_XOR), self(), other);
  }

  /** The bits that are set in exactly one of both. */
  default Tensor bitwiseXor(Number other) {
    return Promotion.withNumber(new Bitwise(BinaryFunction.BITWISE_XOR), self(), other);
  }

  /** The bits moved up; those that leave the type are lost. */
  default Tensor bitwiseLeftShift(Tensor other) {
    return Promotion.binary(new Bitwise(BinaryFunction.SHIFT_LEFT), self(), other);
  }

  /** The bits moved up; those that leave the type are lost. */
  default Tensor bitwiseLeftShift(Number other) {
    return Promotion.withNumber(new Bitwise(BinaryFunction.SHIFT_LEFT), self(), other);
  }

  /** The bits moved down, with the sign from above. */
  default Tensor bitwiseRightShift(Tensor other) {
    return Promotion.binary(new Bitwise(BinaryFunction.SHIFT_RIGHT), self(), other);
  }

  /** The bits moved down, with the sign from above. */
  default Tensor bitwiseRightShift(Number other) {
    return Promotion.withNumber(new Bitwise(BinaryFunction.SHIFT_RIGHT), self(), other);
  }
}

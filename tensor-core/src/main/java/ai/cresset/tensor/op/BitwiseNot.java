package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The opposite of each bit; of a boolean, the other one ({@code torch.bitwise_not}). */
public record BitwiseNot() implements Pointwise, NotDifferentiable {
  private static final Programs BITS =
      Programs.of(Expr.input(0).apply(UnaryFunction.BITWISE_NOT), 1, 0);

  @Override
  public Programs programs() {
    return BITS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.INTEGERS;
  }
}

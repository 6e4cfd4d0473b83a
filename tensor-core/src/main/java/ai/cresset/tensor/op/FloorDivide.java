package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** The quotient rounded down ({@code torch.floor_divide}); its slope is 0. */
public record FloorDivide() implements Staircase {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.FLOOR_DIV, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The quotient rounded towards 0 ({@code torch.div} with {@code trunc}); its slope is 0. */
public record TruncDivide() implements Staircase {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).over(Expr.input(1)).apply(UnaryFunction.TRUNC), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

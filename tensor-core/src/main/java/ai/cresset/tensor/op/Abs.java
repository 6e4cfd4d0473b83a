package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code torch.abs}; its slope at 0 is 0. */
public record Abs() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ABS), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(Expr.input(0).times(Expr.input(1).apply(UnaryFunction.SIGN)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

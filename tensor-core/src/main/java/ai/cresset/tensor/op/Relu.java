package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code max(x, 0)} ({@code torch.relu}); its slope at 0 is 0. */
public record Relu() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.MAX, Expr.constant(0)), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(BinaryFunction.LE, Expr.constant(0)),
              Expr.constant(0),
              Expr.input(0)),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public boolean savesResult() {
    return true;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

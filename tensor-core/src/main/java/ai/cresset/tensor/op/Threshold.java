package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** x above the threshold, a number elsewhere ({@code F.threshold}). */
public record Threshold(double threshold, double value) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.LE, Expr.scalar(0)),
              Expr.scalar(1),
              Expr.input(0)),
          1,
          2);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {threshold, value};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

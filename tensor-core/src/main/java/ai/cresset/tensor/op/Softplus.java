package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * {@code log(1 + e^(beta x)) / beta}, and {@code x} where {@code beta x} exceeds the threshold
 * ({@code F.softplus}).
 */
public record Softplus(double beta, double threshold) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).times(Expr.scalar(0)).apply(BinaryFunction.GT, Expr.scalar(1)),
              Expr.input(0),
              Expr.input(0)
                  .times(Expr.scalar(0))
                  .apply(UnaryFunction.EXP)
                  .apply(UnaryFunction.LOG1P)
                  .over(Expr.scalar(0))),
          1,
          2);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).times(Expr.scalar(0)).apply(BinaryFunction.GT, Expr.scalar(1)),
              Expr.input(0),
              Expr.input(0)
                  .times(Expr.input(1).times(Expr.scalar(0)).apply(UnaryFunction.SIGMOID))),
          2,
          2);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public double[] scalars() {
    return new double[] {beta, threshold};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

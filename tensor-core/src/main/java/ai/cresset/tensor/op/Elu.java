package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code x} above 0 and {@code alpha (e^x - 1)} below ({@code F.elu}). */
public record Elu(double alpha) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0),
              Expr.input(0).apply(UnaryFunction.EXPM1).times(Expr.scalar(0))),
          1,
          1);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0),
              Expr.input(0).times(Expr.input(1).apply(UnaryFunction.EXP).times(Expr.scalar(0)))),
          2,
          1);

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
    return new double[] {alpha};
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code x} above 0 and {@code slope * x} below ({@code F.leaky_relu}). */
public record LeakyRelu(double slope) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0),
              Expr.input(0).times(Expr.scalar(0))),
          1,
          1);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0),
              Expr.input(0).times(Expr.scalar(0))),
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
    return new double[] {slope};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code 2^x} ({@code torch.exp2}). */
public record Exp2() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.constant(2).apply(BinaryFunction.POW, Expr.input(0)), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.input(1)).times(Expr.constant(0.6931471805599453)), 2, 0);

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
}

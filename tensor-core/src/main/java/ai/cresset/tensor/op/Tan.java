package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The tangent ({@code torch.tan}). */
public record Tan() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0).apply(UnaryFunction.SIN).over(Expr.input(0).apply(UnaryFunction.COS)),
          1,
          0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.constant(1).plus(Expr.input(1).times(Expr.input(1)))), 2, 0);

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

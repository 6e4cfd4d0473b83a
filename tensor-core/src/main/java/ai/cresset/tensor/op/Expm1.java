package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code e^x - 1}, exact for small x ({@code torch.expm1}). */
public record Expm1() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.EXPM1), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(Expr.input(0).times(Expr.input(1).plus(Expr.constant(1))), 2, 0);

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

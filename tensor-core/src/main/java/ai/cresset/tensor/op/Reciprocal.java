package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code 1 / x} ({@code torch.reciprocal}). */
public record Reciprocal() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.RECIPROCAL), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.input(1).times(Expr.input(1))).apply(UnaryFunction.NEG), 2, 0);

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

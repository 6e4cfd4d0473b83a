package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code log(1 + x)}, exact for small x ({@code torch.log1p}). */
public record Log1p() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.LOG1P), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(Expr.input(0).over(Expr.input(1).plus(Expr.constant(1))), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }
}

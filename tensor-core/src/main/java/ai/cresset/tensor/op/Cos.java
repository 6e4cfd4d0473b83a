package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code torch.cos}. */
public record Cos() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.COS), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.input(1).apply(UnaryFunction.SIN)).apply(UnaryFunction.NEG),
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
}

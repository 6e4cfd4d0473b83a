package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The natural logarithm ({@code torch.log}). */
public record Log() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.LOG), 1, 0);
  private static final Programs GRADIENT = Programs.of(Expr.input(0).over(Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }
}

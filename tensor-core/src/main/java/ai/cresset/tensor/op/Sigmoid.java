package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code 1 / (1 + e^-x)} ({@code torch.sigmoid}). */
public record Sigmoid() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.SIGMOID), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.input(1).times(Expr.constant(1).minus(Expr.input(1)))), 2, 0);

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

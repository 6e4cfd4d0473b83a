package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/**
 * Bounds elements from both sides ({@code torch.clamp}); infinite bounds do nothing. The slope is 1
 * on the bounds.
 */
public record Clamp(double low, double high) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .apply(BinaryFunction.MAX, Expr.scalar(0))
              .apply(BinaryFunction.MIN, Expr.scalar(1)),
          1,
          2);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.GE, Expr.scalar(0))
                  .apply(
                      BinaryFunction.LOGICAL_AND,
                      Expr.input(1).apply(BinaryFunction.LE, Expr.scalar(1))),
              Expr.input(0),
              Expr.constant(0)),
          2,
          2);

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
    return new double[] {low, high};
  }
}

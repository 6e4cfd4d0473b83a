package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * {@code log(x / (1 - x))} ({@code torch.logit}).
 *
 * @param epsilon how far from 0 and 1 x is kept; negative for not at all
 */
public record Logit(double epsilon) implements Unary {
  private static final Expr KEPT =
      Expr.input(0)
          .apply(BinaryFunction.MAX, Expr.scalar(0))
          .apply(BinaryFunction.MIN, Expr.scalar(1));
  private static final Programs PLAIN =
      Programs.of(
          Expr.input(0).over(Expr.constant(1).minus(Expr.input(0))).apply(UnaryFunction.LOG), 1, 2);

  private static final Programs PLAIN_GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.LT, Expr.constant(0))
                  .apply(
                      BinaryFunction.LOGICAL_OR,
                      Expr.input(1).apply(BinaryFunction.GT, Expr.constant(1))),
              Expr.constant(Double.NaN),
              Expr.input(0).over(Expr.input(1).times(Expr.constant(1).minus(Expr.input(1))))),
          2,
          2);

  private static final Programs BOUNDED =
      Programs.of(KEPT.over(Expr.constant(1).minus(KEPT)).apply(UnaryFunction.LOG), 1, 2);

  private static final Programs BOUNDED_GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.LT, Expr.scalar(0))
                  .apply(
                      BinaryFunction.LOGICAL_OR,
                      Expr.input(1).apply(BinaryFunction.GT, Expr.scalar(1))),
              Expr.constant(0),
              Expr.input(0).over(Expr.input(1).times(Expr.constant(1).minus(Expr.input(1))))),
          2,
          2);

  @Override
  public Programs programs() {
    return epsilon < 0 ? PLAIN : BOUNDED;
  }

  @Override
  public Programs gradient() {
    return epsilon < 0 ? PLAIN_GRADIENT : BOUNDED_GRADIENT;
  }

  @Override
  public double[] scalars() {
    return new double[] {epsilon, 1 - epsilon};
  }
}

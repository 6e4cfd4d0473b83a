package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** Replaces NaN and the infinities by numbers ({@code torch.nan_to_num}). */
public record NanToNum(double nan, double positive, double negative) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(UnaryFunction.IS_NAN),
              Expr.scalar(0),
              Expr.select(
                  Expr.input(0).apply(BinaryFunction.EQ, Expr.constant(Double.POSITIVE_INFINITY)),
                  Expr.scalar(1),
                  Expr.select(
                      Expr.input(0)
                          .apply(BinaryFunction.EQ, Expr.constant(Double.NEGATIVE_INFINITY)),
                      Expr.scalar(2),
                      Expr.input(0)))),
          1,
          3);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {nan, positive, negative};
  }
}

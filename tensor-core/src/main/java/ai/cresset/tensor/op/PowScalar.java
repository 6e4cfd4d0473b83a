package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;

/** {@code x^exponent} for a number ({@code torch.pow}). */
public record PowScalar(double exponent) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.POW, Expr.scalar(0)), 1, 1);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.scalar(0).apply(BinaryFunction.EQ, Expr.constant(0)),
              Expr.constant(0),
              Expr.input(0)
                  .times(
                      Expr.scalar(0)
                          .times(
                              Expr.input(1)
                                  .apply(
                                      BinaryFunction.POW,
                                      Expr.scalar(0).minus(Expr.constant(1)))))),
          2,
          1);

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
    return new double[] {exponent};
  }

  @Override
  public DType resultType(DType operands) {
    if (!operands.isFloating() && exponent < 0) {
      throw DTypeException.unsupported(
          "pow with exponent " + exponent, operands, "float32, float64");
    }
    return operands;
  }
}

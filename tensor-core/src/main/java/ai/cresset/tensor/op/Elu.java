package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * {@code scale * x} above 0 and {@code alpha * scale * (e^(inputScale * x) - 1)} below: {@code
 * F.elu} (Clevert et al., 2015), {@code F.celu} (Barron, 2017) and {@code F.selu} (Klambauer et
 * al., 2017).
 */
public record Elu(double alpha, double scale, double inputScale) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0).times(Expr.scalar(1)),
              Expr.input(0).times(Expr.scalar(2)).apply(UnaryFunction.EXPM1).times(Expr.scalar(0))),
          1,
          3);

  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0).times(Expr.scalar(1)),
              Expr.input(0)
                  .times(
                      Expr.input(1)
                          .times(Expr.scalar(2))
                          .apply(UnaryFunction.EXP)
                          .times(Expr.scalar(0).times(Expr.scalar(2))))),
          2,
          3);

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
    return new double[] {alpha * scale, scale, inputScale};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

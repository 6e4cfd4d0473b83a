package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code a + weight (b - a)} for a number, exact at both ends ({@code torch.lerp}). */
public record LerpScalar(double weight) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.scalar(0).apply(UnaryFunction.ABS).apply(BinaryFunction.LT, Expr.constant(0.5)),
              Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1).minus(Expr.input(0)))),
              Expr.input(1)
                  .minus(
                      Expr.input(1)
                          .minus(Expr.input(0))
                          .times(Expr.constant(1).minus(Expr.scalar(0))))),
          2,
          1);

  @Override
  public String name() {
    return "lerp";
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {weight};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

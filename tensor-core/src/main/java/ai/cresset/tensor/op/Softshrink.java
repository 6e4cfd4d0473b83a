package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** x brought {@code lambda} closer to 0, and 0 where it was closer ({@code F.softshrink}). */
public record Softshrink(double lambda) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.scalar(0)),
              Expr.input(0).minus(Expr.scalar(0)),
              Expr.select(
                  Expr.input(0).apply(BinaryFunction.LT, Expr.scalar(0).apply(UnaryFunction.NEG)),
                  Expr.input(0).plus(Expr.scalar(0)),
                  Expr.input(0).times(Expr.constant(0)))),
          1,
          1);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {lambda};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

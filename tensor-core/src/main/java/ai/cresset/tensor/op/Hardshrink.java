package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** 0 from {@code -lambda} to {@code lambda}, x beyond ({@code F.hardshrink}). */
public record Hardshrink(double lambda) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0)
                  .apply(BinaryFunction.GE, Expr.scalar(0).apply(UnaryFunction.NEG))
                  .apply(
                      BinaryFunction.LOGICAL_AND,
                      Expr.input(0).apply(BinaryFunction.LE, Expr.scalar(0))),
              Expr.constant(0),
              Expr.input(0)),
          1,
          1);

  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.GT, Expr.scalar(0))
                  .apply(
                      BinaryFunction.LOGICAL_OR,
                      Expr.input(1)
                          .apply(BinaryFunction.LT, Expr.scalar(0).apply(UnaryFunction.NEG))),
              Expr.input(0),
              Expr.constant(0)),
          2,
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

  @Override
  public Programs gradient() {
    return GRADIENT;
  }
}

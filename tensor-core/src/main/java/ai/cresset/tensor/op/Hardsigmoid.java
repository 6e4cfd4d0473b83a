package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code relu6(x + 3) / 6} ({@code F.hardsigmoid}); its slope at the bends is 0. */
public record Hardsigmoid() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .plus(Expr.constant(3))
              .apply(BinaryFunction.MAX, Expr.constant(0))
              .apply(BinaryFunction.MIN, Expr.constant(6))
              .over(Expr.constant(6)),
          1,
          0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.GT, Expr.constant(-3))
                  .apply(
                      BinaryFunction.LOGICAL_AND,
                      Expr.input(1).apply(BinaryFunction.LT, Expr.constant(3))),
              Expr.input(0).over(Expr.constant(6)),
              Expr.constant(0)),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code x relu6(x + 3) / 6} ({@code F.hardswish}). */
public record Hardswish() implements Unary {
  private static final Expr RELU6 =
      Expr.input(0)
          .plus(Expr.constant(3))
          .apply(BinaryFunction.MAX, Expr.constant(0))
          .apply(BinaryFunction.MIN, Expr.constant(6));
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).times(RELU6).over(Expr.constant(6)), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1).apply(BinaryFunction.GE, Expr.constant(3)),
              Expr.input(0),
              Expr.select(
                  Expr.input(1).apply(BinaryFunction.LE, Expr.constant(-3)),
                  Expr.constant(0),
                  Expr.input(0)
                      .times(Expr.input(1).over(Expr.constant(3)).plus(Expr.constant(0.5))))),
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

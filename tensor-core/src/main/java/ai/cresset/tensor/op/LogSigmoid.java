package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code log(sigmoid(x))} without overflow ({@code F.logsigmoid}). */
public record LogSigmoid() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .apply(BinaryFunction.MIN, Expr.constant(0))
              .minus(
                  Expr.input(0)
                      .apply(UnaryFunction.ABS)
                      .apply(UnaryFunction.NEG)
                      .apply(UnaryFunction.EXP)
                      .apply(UnaryFunction.LOG1P)),
          1,
          0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0).times(Expr.input(1).apply(UnaryFunction.NEG).apply(UnaryFunction.SIGMOID)),
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

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code x tanh(softplus(x))} ({@code F.mish}; Misra, 2019). */
public record Mish() implements Unary {
  private static final Expr WEIGHT =
      Expr.input(0)
          .apply(BinaryFunction.MAX, Expr.constant(0))
          .plus(
              Expr.input(0)
                  .apply(UnaryFunction.ABS)
                  .apply(UnaryFunction.NEG)
                  .apply(UnaryFunction.EXP)
                  .apply(UnaryFunction.LOG1P))
          .apply(UnaryFunction.TANH);
  private static final Expr SAVED_WEIGHT =
      Expr.input(1)
          .apply(BinaryFunction.MAX, Expr.constant(0))
          .plus(
              Expr.input(1)
                  .apply(UnaryFunction.ABS)
                  .apply(UnaryFunction.NEG)
                  .apply(UnaryFunction.EXP)
                  .apply(UnaryFunction.LOG1P))
          .apply(UnaryFunction.TANH);
  private static final Programs PROGRAMS = Programs.of(Expr.input(0).times(WEIGHT), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0)
              .times(
                  SAVED_WEIGHT.plus(
                      Expr.input(1)
                          .times(Expr.input(1).apply(UnaryFunction.SIGMOID))
                          .times(Expr.constant(1).minus(SAVED_WEIGHT.times(SAVED_WEIGHT))))),
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

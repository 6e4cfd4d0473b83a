package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code log(1 + e^(-target x))} without overflow ({@code F.soft_margin_loss}). */
public record SoftMargin() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .times(Expr.input(1))
              .apply(UnaryFunction.NEG)
              .apply(BinaryFunction.MAX, Expr.constant(0))
              .plus(
                  Expr.input(0)
                      .times(Expr.input(1))
                      .apply(UnaryFunction.NEG)
                      .apply(UnaryFunction.ABS)
                      .apply(UnaryFunction.NEG)
                      .apply(UnaryFunction.EXP)
                      .apply(UnaryFunction.LOG1P)),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code x / (1 + |x|)} ({@code F.softsign}). */
public record Softsign() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0).over(Expr.constant(1).plus(Expr.input(0).apply(UnaryFunction.ABS))), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

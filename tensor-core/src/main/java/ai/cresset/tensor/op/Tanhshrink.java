package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code x - tanh(x)} ({@code F.tanhshrink}). */
public record Tanhshrink() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).minus(Expr.input(0).apply(UnaryFunction.TANH)), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

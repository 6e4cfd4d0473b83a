package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** The remainder with the sign of the dividend ({@code torch.fmod}). */
public record Fmod() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.FMOD, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code a^b} for tensors ({@code torch.pow}). */
public record Pow() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.POW, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

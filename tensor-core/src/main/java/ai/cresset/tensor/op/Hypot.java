package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code sqrt(a^2 + b^2)} without overflow ({@code torch.hypot}). */
public record Hypot() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.HYPOT, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

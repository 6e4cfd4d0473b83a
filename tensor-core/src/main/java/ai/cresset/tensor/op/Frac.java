package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The part behind the point, with the sign of x ({@code torch.frac}). */
public record Frac() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).minus(Expr.input(0).apply(UnaryFunction.TRUNC)), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The hyperbolic sine ({@code torch.sinh}). */
public record Sinh() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.SINH), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

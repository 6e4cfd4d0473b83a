package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The inverse hyperbolic cosine ({@code torch.acosh}). */
public record Acosh() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ACOSH), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The hyperbolic cosine ({@code torch.cosh}). */
public record Cosh() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.COSH), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The derivative of {@link Lgamma} ({@code torch.digamma}). */
public record Digamma() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.DIGAMMA), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

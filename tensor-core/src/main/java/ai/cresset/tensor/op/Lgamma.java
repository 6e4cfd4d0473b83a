package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The logarithm of the absolute gamma function ({@code torch.lgamma}). */
public record Lgamma() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.LGAMMA), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The inverse of the error function ({@code torch.erfinv}). */
public record Erfinv() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ERFINV), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

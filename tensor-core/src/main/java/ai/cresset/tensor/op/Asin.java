package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The angle whose sine this is ({@code torch.asin}). */
public record Asin() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ASIN), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code 1 - erf(x)} ({@code torch.erfc}). */
public record Erfc() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ERFC), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

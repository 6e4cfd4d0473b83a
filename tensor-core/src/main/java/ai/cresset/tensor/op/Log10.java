package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The logarithm to base 10 ({@code torch.log10}). */
public record Log10() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.LOG10), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

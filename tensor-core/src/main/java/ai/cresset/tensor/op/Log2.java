package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The logarithm to base 2 ({@code torch.log2}). */
public record Log2() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.LOG2), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

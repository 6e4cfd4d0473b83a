package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** The smaller element; equal ones share the gradient ({@code torch.minimum}). */
public record Minimum() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.MIN, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

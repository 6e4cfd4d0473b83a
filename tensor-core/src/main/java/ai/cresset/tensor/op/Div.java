package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;

/** The element-wise quotient ({@code torch.div}). */
public record Div() implements Symbolic {
  private static final Programs PROGRAMS = Programs.of(Expr.input(0).over(Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

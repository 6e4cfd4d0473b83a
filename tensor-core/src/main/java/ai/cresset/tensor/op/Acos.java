package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The angle whose cosine this is ({@code torch.acos}). */
public record Acos() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ACOS), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

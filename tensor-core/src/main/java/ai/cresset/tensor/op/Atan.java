package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The angle whose tangent this is ({@code torch.atan}). */
public record Atan() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ATAN), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

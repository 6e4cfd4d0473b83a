package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** The angle of the point (b, a) ({@code torch.atan2}); its slope at the origin is 0. */
public record Atan2() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(BinaryFunction.ATAN2, Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

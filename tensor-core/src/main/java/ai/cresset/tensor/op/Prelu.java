package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/**
 * {@code x} above 0 and {@code weight * x} below ({@code F.prelu}); inputs x and weight broadcast.
 */
public record Prelu() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0).apply(BinaryFunction.GT, Expr.constant(0)),
              Expr.input(0),
              Expr.input(1).times(Expr.input(0))),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

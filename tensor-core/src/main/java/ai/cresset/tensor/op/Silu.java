package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code x sigmoid(x)}, also called swish ({@code F.silu}). */
public record Silu() implements Unary {
  private static final Expr SIGMA = Expr.input(1).apply(UnaryFunction.SIGMOID);
  private static final Expr SLOPE =
      SIGMA.times(Expr.constant(1).plus(Expr.input(1).times(Expr.constant(1).minus(SIGMA))));
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).times(Expr.input(0).apply(UnaryFunction.SIGMOID)), 1, 0);
  private static final Programs GRADIENT = Programs.of(Expr.input(0).times(SLOPE), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

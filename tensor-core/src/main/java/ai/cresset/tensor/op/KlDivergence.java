package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * {@code target (log target - x)} of log-probabilities x; the target is a probability or its
 * logarithm ({@code F.kl_div}).
 */
public record KlDivergence(boolean logTarget) implements Symbolic {
  private static final Programs PLAIN =
      Programs.of(
          Expr.select(
                  Expr.input(1).apply(UnaryFunction.IS_NAN),
                  Expr.input(1),
                  Expr.select(
                      Expr.input(1).apply(BinaryFunction.EQ, Expr.constant(0)),
                      Expr.constant(0),
                      Expr.input(1).times(Expr.input(1).apply(UnaryFunction.LOG))))
              .minus(Expr.input(1).times(Expr.input(0))),
          2,
          0);

  private static final Programs LOGARITHM =
      Programs.of(
          Expr.input(1).apply(UnaryFunction.EXP).times(Expr.input(1).minus(Expr.input(0))), 2, 0);

  @Override
  public Programs programs() {
    return logTarget ? LOGARITHM : PLAIN;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

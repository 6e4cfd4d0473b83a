package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code max(0, margin - target (a - b))} ({@code F.margin_ranking_loss}). */
public record MarginRanking(double margin) implements Symbolic {
  private static final Expr GAP =
      Expr.scalar(0).minus(Expr.input(2).times(Expr.input(0).minus(Expr.input(1))));
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(GAP.apply(BinaryFunction.GE, Expr.constant(0)), GAP, Expr.constant(0)), 3, 1);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {margin};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/**
 * x where the target is 1, {@code max(0, margin - x)} where it is -1 ({@code
 * F.hinge_embedding_loss}).
 */
public record HingeEmbedding(double margin) implements Symbolic {
  private static final Expr GAP = Expr.scalar(0).minus(Expr.input(0));
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
                  Expr.input(1).apply(BinaryFunction.NE, Expr.constant(1)),
                  Expr.select(
                      GAP.apply(BinaryFunction.GE, Expr.constant(0)), GAP, Expr.constant(0)),
                  Expr.constant(0))
              .plus(
                  Expr.select(
                      Expr.input(1).apply(BinaryFunction.NE, Expr.constant(-1)),
                      Expr.input(0),
                      Expr.constant(0))),
          2,
          1);

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

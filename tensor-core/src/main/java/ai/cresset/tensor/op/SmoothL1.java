package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.ConfigException;

/**
 * {@code (a - b)^2 / (2 beta)} where they differ by less than beta, {@code |a - b| - beta / 2}
 * elsewhere ({@code F.smooth_l1_loss}).
 */
public record SmoothL1(double beta) implements Symbolic {
  private static final Expr DISTANCE = Expr.input(0).minus(Expr.input(1)).apply(UnaryFunction.ABS);
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              DISTANCE.apply(BinaryFunction.LT, Expr.scalar(0)),
              DISTANCE.times(DISTANCE).times(Expr.constant(0.5)).over(Expr.scalar(0)),
              DISTANCE.minus(Expr.scalar(0).times(Expr.constant(0.5)))),
          2,
          1);

  public SmoothL1 {
    if (!(beta >= 0)) {
      throw ConfigException.value("smoothL1Loss.beta", beta, "a number of at least 0");
    }
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {beta};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

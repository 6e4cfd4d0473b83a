package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.ConfigException;

/**
 * {@code (a - b)^2 / 2} where they differ by at most delta, {@code delta (|a - b| - delta / 2)}
 * elsewhere ({@code F.huber_loss}).
 */
public record Huber(double delta) implements Symbolic {
  private static final Expr DISTANCE = Expr.input(0).minus(Expr.input(1)).apply(UnaryFunction.ABS);
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              DISTANCE.apply(BinaryFunction.LE, Expr.scalar(0)),
              DISTANCE.times(DISTANCE).times(Expr.constant(0.5)),
              Expr.scalar(0).times(DISTANCE.minus(Expr.scalar(0).times(Expr.constant(0.5))))),
          2,
          1);

  public Huber {
    if (!(delta > 0)) {
      throw ConfigException.value("huberLoss.delta", delta, "a number above 0");
    }
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {delta};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

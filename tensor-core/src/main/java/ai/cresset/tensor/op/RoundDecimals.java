package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** Rounded to a number of decimals, halves to the even one ({@code torch.round}). */
public record RoundDecimals(int decimals) implements Staircase {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .times(Expr.scalar(0))
              .over(Expr.scalar(1))
              .apply(UnaryFunction.ROUND)
              .times(Expr.scalar(1))
              .over(Expr.scalar(0)),
          1,
          2);

  @Override
  public String name() {
    return "round";
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {
      decimals > 0 ? StrictMath.pow(10, decimals) : 1,
      decimals < 0 ? StrictMath.pow(10, -decimals) : 1
    };
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;

/** {@code a + value * b * c} ({@code torch.addcmul}). */
public record Addcmul(double value) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1)).times(Expr.input(2))), 3, 1);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {value};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;

/** {@code base^x} for a number ({@code torch.pow}). */
public record PowBase(double base) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.scalar(0).apply(BinaryFunction.POW, Expr.input(0)), 1, 1);

  @Override
  public String name() {
    return "pow";
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {base};
  }
}

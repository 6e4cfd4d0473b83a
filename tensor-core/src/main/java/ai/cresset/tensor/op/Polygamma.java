package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.error.ConfigException;

/** The derivative of {@link Digamma} of an order from 1 on ({@code torch.polygamma}). */
public record Polygamma(int order) implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(Expr.scalar(0).apply(BinaryFunction.POLYGAMMA, Expr.input(0)), 1, 1);

  public Polygamma {
    if (order < 1) {
      throw ConfigException.value("polygamma.order", order, "an integer of at least 1");
    }
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {order};
  }
}

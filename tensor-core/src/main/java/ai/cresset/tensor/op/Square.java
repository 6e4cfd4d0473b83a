package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;

/** {@code x * x}, one multiplication ({@code torch.square}). */
public record Square() implements Unary {
  private static final Programs PROGRAMS = Programs.of(Expr.input(0).times(Expr.input(0)), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(Expr.input(0).times(Expr.input(1).times(Expr.constant(2))), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }
}

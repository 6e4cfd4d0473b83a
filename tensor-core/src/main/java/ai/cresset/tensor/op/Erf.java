package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;

/** The error function ({@code torch.erf}). */
public record Erf() implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.ERF), 1, 0);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.input(0)
              .times(
                  Expr.constant(1.1283791670955126)
                      .times(
                          Expr.input(1)
                              .times(Expr.input(1))
                              .apply(UnaryFunction.NEG)
                              .apply(UnaryFunction.EXP))),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }
}

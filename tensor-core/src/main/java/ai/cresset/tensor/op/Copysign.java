package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** The size of a with the sign of b, also that of a zero ({@code torch.copysign}). */
public record Copysign() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.LT, Expr.constant(0))
                  .apply(
                      BinaryFunction.LOGICAL_OR,
                      Expr.input(1)
                          .apply(BinaryFunction.EQ, Expr.constant(0))
                          .apply(
                              BinaryFunction.LOGICAL_AND,
                              Expr.constant(1)
                                  .over(Expr.input(1))
                                  .apply(BinaryFunction.LT, Expr.constant(0)))),
              Expr.input(0).apply(UnaryFunction.ABS).apply(UnaryFunction.NEG),
              Expr.input(0).apply(UnaryFunction.ABS)),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }
}

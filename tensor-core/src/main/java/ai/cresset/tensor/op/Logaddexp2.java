package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code log2(2^a + 2^b)} without overflow ({@code torch.logaddexp2}). */
public record Logaddexp2() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(0)
                  .apply(BinaryFunction.EQ, Expr.input(1))
                  .apply(BinaryFunction.LOGICAL_AND, Expr.input(0).apply(UnaryFunction.IS_INF)),
              Expr.input(0),
              Expr.input(0)
                  .apply(BinaryFunction.MAX, Expr.input(1))
                  .plus(
                      Expr.constant(1)
                          .plus(
                              Expr.constant(2)
                                  .apply(
                                      BinaryFunction.POW,
                                      Expr.input(0)
                                          .minus(Expr.input(1))
                                          .apply(UnaryFunction.ABS)
                                          .apply(UnaryFunction.NEG)))
                          .apply(UnaryFunction.LOG2))),
          2,
          0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

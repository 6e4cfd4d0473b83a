package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code log(e^a + e^b)} without overflow ({@code torch.logaddexp}). */
public record Logaddexp() implements Symbolic {
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
                      Expr.input(0)
                          .minus(Expr.input(1))
                          .apply(UnaryFunction.ABS)
                          .apply(UnaryFunction.NEG)
                          .apply(UnaryFunction.EXP)
                          .apply(UnaryFunction.LOG1P))),
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

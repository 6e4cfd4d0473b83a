package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** {@code a + weight (b - a)}, exact at both ends ({@code torch.lerp}). */
public record Lerp() implements Symbolic {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.select(
              Expr.input(2).apply(UnaryFunction.ABS).apply(BinaryFunction.LT, Expr.constant(0.5)),
              Expr.input(0).plus(Expr.input(2).times(Expr.input(1).minus(Expr.input(0)))),
              Expr.input(1)
                  .minus(
                      Expr.input(1)
                          .minus(Expr.input(0))
                          .times(Expr.constant(1).minus(Expr.input(2))))),
          3,
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

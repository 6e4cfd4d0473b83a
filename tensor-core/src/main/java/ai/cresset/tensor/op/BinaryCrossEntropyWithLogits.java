package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * The binary cross entropy of {@code sigmoid(x)} without overflow ({@code
 * F.binary_cross_entropy_with_logits}). Inputs: x, target, and a factor for positive targets where
 * {@code weighted}.
 */
public record BinaryCrossEntropyWithLogits(boolean weighted) implements Symbolic {
  private static final Expr SOFTPLUS =
      Expr.input(0)
          .apply(UnaryFunction.NEG)
          .apply(BinaryFunction.MAX, Expr.constant(0))
          .plus(
              Expr.input(0)
                  .apply(UnaryFunction.NEG)
                  .apply(UnaryFunction.ABS)
                  .apply(UnaryFunction.NEG)
                  .apply(UnaryFunction.EXP)
                  .apply(UnaryFunction.LOG1P));
  private static final Programs PLAIN =
      Programs.of(Expr.constant(1).minus(Expr.input(1)).times(Expr.input(0)).plus(SOFTPLUS), 2, 0);

  private static final Programs WEIGHTED =
      Programs.of(
          Expr.constant(1)
              .minus(Expr.input(1))
              .times(Expr.input(0))
              .plus(
                  Expr.constant(1)
                      .plus(Expr.input(2).minus(Expr.constant(1)).times(Expr.input(1)))
                      .times(SOFTPLUS)),
          3,
          0);

  @Override
  public Programs programs() {
    return weighted ? WEIGHTED : PLAIN;
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.FLOATING;
  }
}

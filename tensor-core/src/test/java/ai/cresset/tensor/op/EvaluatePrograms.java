package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/** An expression that touches every rule of symbolic differentiation that operations do not. */
final class EvaluatePrograms {
  private static final Expr A = Expr.input(0);
  private static final Expr B = Expr.input(1);

  static final Programs CUSTOM =
      Programs.of(
          Expr.fma(A, B, A.apply(UnaryFunction.SIN))
              .minus(
                  Expr.select(
                      A.apply(BinaryFunction.LT, B),
                      A.times(A).times(Expr.scalar(0)),
                      B.apply(UnaryFunction.COS)))
              .plus(A.apply(UnaryFunction.NEG).apply(UnaryFunction.SIGMOID)),
          2,
          1);

  private EvaluatePrograms() {}
}

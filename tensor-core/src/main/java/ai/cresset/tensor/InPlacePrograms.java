package ai.cresset.tensor;

import ai.cresset.backend.Expr;
import ai.cresset.tensor.op.Programs;

/** The expressions of changes in place that have no operation of their own. */
final class InPlacePrograms {
  static final Programs ADD_PRODUCT =
      Programs.of(
          Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1)).times(Expr.input(2))), 3, 1);
  static final Programs ADD_QUOTIENT =
      Programs.of(
          Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1)).over(Expr.input(2))), 3, 1);
  static final Programs BETWEEN =
      Programs.of(
          Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1).minus(Expr.input(0)))), 2, 1);

  private InPlacePrograms() {}
}

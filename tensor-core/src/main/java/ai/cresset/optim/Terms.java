package ai.cresset.optim;

import ai.cresset.backend.Expr;

/** Terms of updates whose inputs begin with parameter and gradient. */
final class Terms {
  private Terms() {}

  /** The gradient times number 0 (its sign) plus the parameter times number 1 (weight decay). */
  static Expr gradient() {
    return Expr.fma(Expr.scalar(1), Expr.input(0), Expr.input(1).times(Expr.scalar(0)));
  }

  /** {@code from + part * (to - from)}. */
  static Expr towards(Expr from, Expr to, Expr part) {
    return Expr.fma(to.minus(from), part, from);
  }

  /** {@code kept * mean + added * value * value}. */
  static Expr meanSquare(Expr mean, Expr value, Expr kept, Expr added) {
    return Expr.fma(value.times(value), added, mean.times(kept));
  }
}

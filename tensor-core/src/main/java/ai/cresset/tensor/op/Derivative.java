package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.Binary;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Constant;
import ai.cresset.backend.Expr.Fma;
import ai.cresset.backend.Expr.Input;
import ai.cresset.backend.Expr.Random;
import ai.cresset.backend.Expr.Scalar;
import ai.cresset.backend.Expr.Select;
import ai.cresset.backend.Expr.Unary;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.BackwardException;

/**
 * Symbolic derivatives of element-wise expressions, so that the gradient of a gradient is again one
 * pass over memory. Steps (sign, floor, comparisons) have slope 0, as in PyTorch.
 */
final class Derivative {
  private static final Constant ZERO = new Constant(0);
  private static final Constant ONE = new Constant(1);
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LOG10_E = 0.4342944819032518;

  private Derivative() {}

  /** The slope of {@code expression} with respect to an input. */
  static Expr of(Expr expression, int input) {
    if (expression instanceof Input leaf) {
      return leaf.index() == input ? ONE : ZERO;
    }
    if (expression instanceof Scalar || expression instanceof Constant) {
      return ZERO;
    }
    if (expression instanceof Random) {
      throw BackwardException.because("a random expression has no derivative of its own");
    }
    if (expression instanceof Unary unary) {
      Expr inner = of(unary.x(), input);
      return isZero(inner) ? ZERO : product(inner, slope(unary));
    }
    if (expression instanceof Binary binary) {
      return binary(binary, of(binary.a(), input), of(binary.b(), input));
    }
    if (expression instanceof Fma fma) {
      return sum(
          sum(product(of(fma.a(), input), fma.b()), product(of(fma.b(), input), fma.a())),
          of(fma.c(), input));
    }
    Select select = (Select) expression;
    Expr a = of(select.a(), input);
    Expr b = of(select.b(), input);
    return isZero(a) && isZero(b) ? ZERO : Expr.select(select.condition(), a, b);
  }

  private static Expr slope(Unary unary) {
    Expr x = unary.x();
    return switch (unary.function()) {
      case NEG -> new Constant(-1);
      case ABS -> x.apply(UnaryFunction.SIGN);
      case RECIPROCAL -> negative(unary.times(unary));
      case SQRT -> new Constant(0.5).over(unary);
      case RSQRT -> new Constant(-0.5).times(unary).over(x);
      case EXP -> unary;
      case EXPM1 -> x.apply(UnaryFunction.EXP);
      case LOG -> x.apply(UnaryFunction.RECIPROCAL);
      case LOG1P -> ONE.over(ONE.plus(x));
      case SIN -> x.apply(UnaryFunction.COS);
      case COS -> negative(x.apply(UnaryFunction.SIN));
      case TANH -> ONE.minus(unary.times(unary));
      case SIGMOID -> unary.times(ONE.minus(unary));
      case ERF ->
          new Constant(TWO_OVER_SQRT_PI).times(negative(x.times(x)).apply(UnaryFunction.EXP));
      case ERFC ->
          new Constant(-TWO_OVER_SQRT_PI).times(negative(x.times(x)).apply(UnaryFunction.EXP));
      case ERFINV ->
          new Constant(1 / TWO_OVER_SQRT_PI).times(unary.times(unary).apply(UnaryFunction.EXP));
      case LGAMMA -> x.apply(UnaryFunction.DIGAMMA);
      case DIGAMMA -> ONE.apply(BinaryFunction.POLYGAMMA, x);
      case LOG2 -> new Constant(LOG2_E).over(x);
      case LOG10 -> new Constant(LOG10_E).over(x);
      case ASIN -> ONE.minus(x.times(x)).apply(UnaryFunction.RSQRT);
      case ACOS -> negative(ONE.minus(x.times(x)).apply(UnaryFunction.RSQRT));
      case ATAN -> x.times(x).plus(ONE).apply(UnaryFunction.RECIPROCAL);
      case SINH -> x.apply(UnaryFunction.COSH);
      case COSH -> x.apply(UnaryFunction.SINH);
      case ASINH -> x.times(x).plus(ONE).apply(UnaryFunction.RSQRT);
      case ACOSH -> x.times(x).minus(ONE).apply(UnaryFunction.RSQRT);
      case ATANH -> ONE.minus(x.times(x)).apply(UnaryFunction.RECIPROCAL);
      case SIGN, FLOOR, CEIL, ROUND, TRUNC, BITWISE_NOT, LOGICAL_NOT, IS_NAN, IS_INF, IS_FINITE ->
          ZERO;
    };
  }

  private static Expr binary(Binary binary, Expr da, Expr db) {
    if (isZero(da) && isZero(db)) {
      return ZERO;
    }
    Expr a = binary.a();
    Expr b = binary.b();
    return switch (binary.function()) {
      case ADD -> sum(da, db);
      case SUB -> isZero(db) ? da : isZero(da) ? negative(db) : da.minus(db);
      case MUL -> sum(product(da, b), product(db, a));
      case DIV -> sum(isZero(da) ? ZERO : da.over(b), negative(product(db, binary.over(b))));
      case POW -> sum(product(da, powerSlope(a, b)), product(db, exponentSlope(binary)));
      case MAX -> sum(product(da, share(a, b, true)), product(db, share(b, a, true)));
      case MIN -> sum(product(da, share(a, b, false)), product(db, share(b, a, false)));
      case REMAINDER -> sum(da, negative(product(db, a.over(b).apply(UnaryFunction.FLOOR))));
      case FMOD -> sum(da, negative(product(db, a.over(b).apply(UnaryFunction.TRUNC))));
      case ATAN2 -> angleSlope(a, b, da, db);
      case HYPOT -> sum(product(da, a.over(binary)), product(db, b.over(binary)));
      case POLYGAMMA -> product(db, a.plus(ONE).apply(BinaryFunction.POLYGAMMA, b));
      case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT -> ZERO;
      case FLOOR_DIV, EQ, NE, LT, LE, GT, GE, LOGICAL_AND, LOGICAL_OR, LOGICAL_XOR -> ZERO;
    };
  }

  /** Of atan2(a, b): 0 at the origin. */
  private static Expr angleSlope(Expr a, Expr b, Expr da, Expr db) {
    Expr square = a.times(a).plus(b.times(b));
    Expr inverse =
        Expr.select(
            square.apply(BinaryFunction.EQ, ZERO), ZERO, square.apply(UnaryFunction.RECIPROCAL));
    return sum(product(da, b.times(inverse)), negative(product(db, a.times(inverse))));
  }

  /** {@code b a^(b-1)}, and 0 for an exponent of 0, where a is 0 too. */
  private static Expr powerSlope(Expr a, Expr b) {
    Expr slope = b.times(a.apply(BinaryFunction.POW, b.minus(ONE)));
    return Expr.select(b.apply(BinaryFunction.EQ, ZERO), ZERO, slope);
  }

  /** {@code a^b log a}, and 0 where 0 is raised to an exponent of at least 0. */
  private static Expr exponentSlope(Binary power) {
    Expr flat =
        power
            .a()
            .apply(BinaryFunction.EQ, ZERO)
            .apply(BinaryFunction.LOGICAL_AND, power.b().apply(BinaryFunction.GE, ZERO));
    return Expr.select(flat, ZERO, power.times(power.a().apply(UnaryFunction.LOG)));
  }

  /** 1 where {@code mine} wins or there is a NaN, one half where both are equal. */
  private static Expr share(Expr mine, Expr other, boolean largest) {
    Expr loses = mine.apply(largest ? BinaryFunction.LT : BinaryFunction.GT, other);
    Expr ties = mine.apply(BinaryFunction.EQ, other);
    return ONE.minus(loses).minus(new Constant(0.5).times(ties));
  }

  private static Expr sum(Expr a, Expr b) {
    return isZero(a) ? b : isZero(b) ? a : a.plus(b);
  }

  /** A product, simplified where a factor is 0 or 1. */
  static Expr product(Expr a, Expr b) {
    if (isZero(a) || isZero(b)) {
      return ZERO;
    }
    return a.equals(ONE) ? b : b.equals(ONE) ? a : a.times(b);
  }

  private static Expr negative(Expr x) {
    return isZero(x) ? ZERO : x.apply(UnaryFunction.NEG);
  }

  static boolean isZero(Expr x) {
    return x instanceof Constant constant && constant.value() == 0;
  }
}

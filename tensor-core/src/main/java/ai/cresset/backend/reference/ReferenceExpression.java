package ai.cresset.backend.reference;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.random.Generator;
import ai.cresset.random.Normal;
import ai.cresset.random.Philox;
import ai.cresset.type.DType;
import java.util.List;

/**
 * Interprets floating-point expressions one element at a time: every step in double precision, then
 * rounded to the compute type.
 */
final class ReferenceExpression {
  private final boolean single;
  private final double[] scalars;
  private final Generator.Key key;
  private final List<View> inputs;

  ReferenceExpression(DType compute, double[] scalars, Generator.Key key, List<View> inputs) {
    this.single = compute == DType.FLOAT32;
    this.scalars = scalars;
    this.key = key;
    this.inputs = inputs;
  }

  double evaluate(Expr expression, long element) {
    double value = exact(expression, element);
    return single ? (float) value : value;
  }

  private double exact(Expr expression, long element) {
    if (expression instanceof Expr.Input input) {
      return Elements.getDouble(inputs.get(input.index()), element);
    } else if (expression instanceof Expr.Scalar scalar) {
      return scalars[scalar.index()];
    } else if (expression instanceof Expr.Constant constant) {
      return constant.value();
    } else if (expression instanceof Expr.Unary unary) {
      return unary(unary.function(), evaluate(unary.x(), element));
    } else if (expression instanceof Expr.Binary binary) {
      return binary(
          binary.function(), evaluate(binary.a(), element), evaluate(binary.b(), element));
    } else if (expression instanceof Expr.Fma fma) {
      return Math.fma(
          evaluate(fma.a(), element), evaluate(fma.b(), element), evaluate(fma.c(), element));
    } else if (expression instanceof Expr.Select select) {
      double a = evaluate(select.a(), element);
      double b = evaluate(select.b(), element);
      return evaluate(select.condition(), element) != 0 ? a : b;
    } else {
      return random(((Expr.Random) expression).distribution(), key, element);
    }
  }

  static double random(Expr.Distribution distribution, Generator.Key key, long element) {
    int[] words = new int[4];
    Philox.block(key.seed(), key.offset() + element / 4, words, 0);
    int word = (int) (element % 4);
    return switch (distribution) {
      case UNIFORM -> Philox.uniform(words[word]);
      case NORMAL -> Normal.of(words[word & 2], words[word | 1], word % 2 == 0);
    };
  }

  static double unary(UnaryFunction function, double x) {
    return switch (function) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> x > 0 ? 1 : x < 0 ? -1 : 0;
      case RECIPROCAL -> 1 / x;
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case EXP -> StrictMath.exp(x);
      case EXPM1 -> StrictMath.expm1(x);
      case LOG -> StrictMath.log(x);
      case LOG1P -> StrictMath.log1p(x);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
      case ERF -> ErrorFunction.of(x);
      case ERFC -> ErrorFunction.complement(x);
      case ERFINV -> ErrorFunction.inverse(x);
      case LGAMMA -> GammaFunction.logarithm(x);
      case DIGAMMA -> GammaFunction.digamma(x);
      case LOG2 -> StrictMath.log(x) / StrictMath.log(2);
      case LOG10 -> StrictMath.log10(x);
      case ASIN -> StrictMath.asin(x);
      case ACOS -> StrictMath.acos(x);
      case ATAN -> StrictMath.atan(x);
      case SINH -> StrictMath.sinh(x);
      case COSH -> StrictMath.cosh(x);
      case ASINH -> Math.copySign(inverseSinh(Math.abs(x)), x);
      case ACOSH -> inverseCosh(x);
      case ATANH -> (StrictMath.log1p(x) - StrictMath.log1p(-x)) / 2;
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case BITWISE_NOT -> throw notFloating(function);
      case LOGICAL_NOT -> x == 0 ? 1 : 0;
      case IS_NAN -> Double.isNaN(x) ? 1 : 0;
      case IS_INF -> Double.isInfinite(x) ? 1 : 0;
      case IS_FINITE -> Double.isFinite(x) ? 1 : 0;
    };
  }

  static double binary(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> power(a, b);
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case REMAINDER -> remainder(a, b);
      case FMOD -> a % b;
      case FLOOR_DIV -> floorDivide(a, b);
      case ATAN2 -> StrictMath.atan2(a, b);
      case HYPOT -> StrictMath.hypot(a, b);
      case POLYGAMMA -> GammaFunction.polygamma(a, b);
      case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw notFloating(function);
      case EQ -> a == b ? 1 : 0;
      case NE -> a != b ? 1 : 0;
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case GT -> a > b ? 1 : 0;
      case GE -> a >= b ? 1 : 0;
      case LOGICAL_AND -> a != 0 && b != 0 ? 1 : 0;
      case LOGICAL_OR -> a != 0 || b != 0 ? 1 : 0;
      case LOGICAL_XOR -> a != 0 != (b != 0) ? 1 : 0;
    };
  }

  /** Of an argument of at least 0; the square would overflow where it changes nothing. */
  private static double inverseSinh(double x) {
    return x > 1e100
        ? StrictMath.log(x) + StrictMath.log(2)
        : StrictMath.log(x + Math.sqrt(x * x + 1));
  }

  private static double inverseCosh(double x) {
    if (x < 1) {
      return Double.NaN;
    }
    return x > 1e100 ? inverseSinh(x) : StrictMath.log(x + Math.sqrt(x * x - 1));
  }

  /** C's pow, which differs from Java's where the base is 1 or -1. */
  private static double power(double a, double b) {
    boolean one = a == 1 || (a == -1 && Double.isInfinite(b));
    return one ? 1 : StrictMath.pow(a, b);
  }

  private static double remainder(double a, double b) {
    double modulus = a % b;
    return modulus != 0 && modulus < 0 != b < 0 ? modulus + b : modulus;
  }

  /** PyTorch's rule: consistent with the remainder, even where the quotient is rounded up. */
  private static double floorDivide(double a, double b) {
    if (b == 0) {
      return a / b;
    }
    double modulus = a % b;
    double quotient = (a - modulus) / b;
    if (modulus != 0 && modulus < 0 != b < 0) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  /** Refuses functions that only integers have. */
  private static DTypeException notFloating(Enum<?> function) {
    return DTypeException.unsupported(function.name(), "float", "the integers and bool");
  }

  /** Refuses functions that integers do not have. */
  static DTypeException notIntegral(Enum<?> function) {
    return DTypeException.unsupported(function.name(), DType.INT64, "float32, float64");
  }
}

package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.DTypeException;

/**
 * Functions of float64. {@link StrictMath} gives the same bits on every machine and compiler by its
 * definition; the error function and {@link SpecialFunctions} are our own.
 */
final class DoubleMath {
  /** {@code erf(x) / x} in x^2 for |x| up to 1, highest power first. */
  private static final double[] ERF_SMALL = {
    -4.230945824295338e-12,
    8.709045129053106e-11,
    -1.216456005728345e-09,
    1.4792401209404813e-08,
    -1.6364642158167616e-07,
    1.6462045441468418e-06,
    -1.4925647567519332e-05,
    0.00012055332902888736,
    -0.000854832702193483,
    0.0052239776254232985,
    -0.02686617064512984,
    0.1128379167095512,
    -0.37612638903183754,
    1.1283791670955126
  };

  /** {@code exp(x^2) (1 - erf(x))} in (x - 2) / (x + 2) for x from 1 to 6. */
  private static final double[] ERFC_LARGE = {
    -4.215301054238321e-07,
    -5.322696855655786e-07,
    1.1780775215625583e-06,
    3.789215643758464e-06,
    1.392621183618803e-06,
    -1.396807230177146e-05,
    -2.7579864674305787e-05,
    2.7525480361206068e-05,
    0.00017436116545392264,
    4.355560219515472e-05,
    -0.000981977026567889,
    -0.0008471432509203844,
    0.006997461739200444,
    0.003732892404327764,
    -0.07897858101573213,
    0.24165819424246646,
    -0.4271858474139584,
    0.25539567631050575
  };

  private DoubleMath() {}

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
      case ERF -> erf(x);
      case ERFC -> erfc(x);
      case ERFINV -> SpecialFunctions.erfinv(x);
      case LGAMMA -> SpecialFunctions.lgamma(x);
      case DIGAMMA -> SpecialFunctions.digamma(x);
      case LOG2 -> SpecialFunctions.log2(x);
      case LOG10 -> StrictMath.log10(x);
      case ASIN -> StrictMath.asin(x);
      case ACOS -> StrictMath.acos(x);
      case ATAN -> StrictMath.atan(x);
      case SINH -> StrictMath.sinh(x);
      case COSH -> StrictMath.cosh(x);
      case ASINH -> SpecialFunctions.asinh(x);
      case ACOSH -> SpecialFunctions.acosh(x);
      case ATANH -> SpecialFunctions.atanh(x);
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
      case POLYGAMMA -> SpecialFunctions.polygamma(a, b);
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

  /** The refusal of a function that only integers have. */
  static DTypeException notFloating(Enum<?> function) {
    return DTypeException.unsupported(function.name(), "float", "the integers and bool");
  }

  /** C's pow, which differs from Java's where the base is 1 or -1. */
  static double power(double a, double b) {
    boolean one = a == 1 || (a == -1 && Double.isInfinite(b));
    return one ? 1 : StrictMath.pow(a, b);
  }

  /** The remainder with the divisor's sign. */
  static double remainder(double a, double b) {
    double modulus = a % b;
    return modulus != 0 && modulus < 0 != b < 0 ? modulus + b : modulus;
  }

  /** The quotient that fits {@link #remainder}, even where the division is rounded up. */
  static double floorDivide(double a, double b) {
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

  static double erf(double x) {
    double a = Math.abs(x);
    if (a <= 1) {
      return x * polynomial(ERF_SMALL, x * x);
    }
    if (a > 6) {
      return Math.copySign(1, x);
    }
    double scaled = polynomial(ERFC_LARGE, (a - 2) / (a + 2));
    return Math.copySign(1 - StrictMath.exp(-a * a) * scaled, x);
  }

  /** {@code 1 - erf(x)}, exact where erf is close to 1. */
  static double erfc(double x) {
    double a = Math.abs(x);
    double tail;
    if (a < 1) {
      return 1 - erf(x);
    } else if (a <= 6) {
      tail = StrictMath.exp(-a * a) * polynomial(ERFC_LARGE, (a - 2) / (a + 2));
    } else {
      tail = SpecialFunctions.erfcTail(a);
    }
    return x < 0 ? 2 - tail : tail;
  }

  private static double polynomial(double[] coefficients, double z) {
    double sum = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      sum = Math.fma(sum, z, coefficients[i]);
    }
    return sum;
  }
}

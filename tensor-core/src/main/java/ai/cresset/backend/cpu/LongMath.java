package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.type.DType;

/** Functions of 64-bit integers; overflow wraps around. */
final class LongMath {
  private LongMath() {}

  static long unary(UnaryFunction function, long x) {
    return switch (function) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case FLOOR, CEIL, ROUND, TRUNC -> x;
      case BITWISE_NOT -> ~x;
      case LOGICAL_NOT -> x == 0 ? 1 : 0;
      case IS_NAN, IS_INF -> 0;
      case IS_FINITE -> 1;
      case RECIPROCAL,
          SQRT,
          RSQRT,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TANH,
          SIGMOID,
          ERF,
          ERFC,
          ERFINV,
          LGAMMA,
          DIGAMMA,
          LOG2,
          LOG10,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          ASINH,
          ACOSH,
          ATANH ->
          throw unsupported(function);
    };
  }

  static long binary(BinaryFunction function, long a, long b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / divisor(function, b);
      case POW -> power(a, b);
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case REMAINDER -> Math.floorMod(a, divisor(function, b));
      case FMOD -> a % divisor(function, b);
      case FLOOR_DIV -> Math.floorDiv(a, divisor(function, b));
      case BITWISE_AND -> a & b;
      case BITWISE_OR -> a | b;
      case BITWISE_XOR -> a ^ b;
      case SHIFT_LEFT -> b < 0 || b > 63 ? 0 : a << b;
      case SHIFT_RIGHT -> a >> (b < 0 || b > 63 ? 63 : b);
      case ATAN2, HYPOT, POLYGAMMA -> throw unsupported(function);
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

  /** The refusal of a function that integers do not have. */
  static DTypeException unsupported(Enum<?> function) {
    return DTypeException.unsupported(function.name(), DType.INT64, "float32, float64");
  }

  private static long divisor(BinaryFunction function, long b) {
    if (b == 0) {
      throw DataException.divisionByZero(function.name());
    }
    return b;
  }

  /** By squaring; negative exponents give the quotient 1 / base^n, cut off. */
  private static long power(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
    }
    long power = 1;
    for (long left = exponent; left > 0; left >>= 1) {
      if ((left & 1) != 0) {
        power *= base;
      }
      base *= base;
    }
    return power;
  }
}

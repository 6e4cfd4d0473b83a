package ai.cresset.backend.reference;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.View;
import ai.cresset.error.DataException;
import java.util.List;

/** Interprets expressions of 64-bit integers one element at a time; overflow wraps around. */
final class IntegerExpression {
  private final double[] scalars;
  private final List<View> inputs;

  IntegerExpression(double[] scalars, List<View> inputs) {
    this.scalars = scalars;
    this.inputs = inputs;
  }

  long evaluate(Expr expression, long element) {
    if (expression instanceof Expr.Input input) {
      return Elements.getLong(inputs.get(input.index()), element);
    } else if (expression instanceof Expr.Scalar scalar) {
      return (long) scalars[scalar.index()];
    } else if (expression instanceof Expr.Constant constant) {
      return (long) constant.value();
    } else if (expression instanceof Expr.Unary unary) {
      return unary(unary.function(), evaluate(unary.x(), element));
    } else if (expression instanceof Expr.Binary binary) {
      return binary(
          binary.function(), evaluate(binary.a(), element), evaluate(binary.b(), element));
    } else if (expression instanceof Expr.Fma fma) {
      return evaluate(fma.a(), element) * evaluate(fma.b(), element) + evaluate(fma.c(), element);
    } else if (expression instanceof Expr.Select select) {
      long a = evaluate(select.a(), element);
      long b = evaluate(select.b(), element);
      return evaluate(select.condition(), element) != 0 ? a : b;
    } else {
      throw ReferenceExpression.notIntegral(((Expr.Random) expression).distribution());
    }
  }

  private static long unary(UnaryFunction function, long x) {
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
          throw ReferenceExpression.notIntegral(function);
    };
  }

  private static long binary(BinaryFunction function, long a, long b) {
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
      case ATAN2, HYPOT, POLYGAMMA -> throw ReferenceExpression.notIntegral(function);
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

  private static long divisor(BinaryFunction function, long b) {
    if (b == 0) {
      throw DataException.divisionByZero(function.name());
    }
    return b;
  }

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

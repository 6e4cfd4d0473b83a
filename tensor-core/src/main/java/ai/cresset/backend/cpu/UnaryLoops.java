package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.UnaryFunction;

/**
 * Loops over float arrays, one method for each function of one argument, so that the compiler sees
 * each as a loop of its own.
 */
final class UnaryLoops {
  private UnaryLoops() {}

  static void run(UnaryFunction function, float[] x, float[] out, int from, int to) {
    switch (function) {
      case NEG -> neg(x, out, from, to);
      case ABS -> abs(x, out, from, to);
      case SIGN -> sign(x, out, from, to);
      case RECIPROCAL -> reciprocal(x, out, from, to);
      case SQRT -> sqrt(x, out, from, to);
      case RSQRT -> rsqrt(x, out, from, to);
      case EXP -> exp(x, out, from, to);
      case EXPM1 -> expm1(x, out, from, to);
      case LOG -> log(x, out, from, to);
      case LOG1P -> log1p(x, out, from, to);
      case SIN -> sin(x, out, from, to);
      case COS -> cos(x, out, from, to);
      case TANH -> tanh(x, out, from, to);
      case SIGMOID -> sigmoid(x, out, from, to);
      case ERF -> erf(x, out, from, to);
      case ERFC,
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
          ATANH,
          BITWISE_NOT ->
          inDouble(function, x, out, from, to);
      case FLOOR -> floor(x, out, from, to);
      case CEIL -> ceil(x, out, from, to);
      case ROUND -> round(x, out, from, to);
      case TRUNC -> trunc(x, out, from, to);
      case LOGICAL_NOT -> logicalNot(x, out, from, to);
      case IS_NAN -> isNan(x, out, from, to);
      case IS_INF -> isInf(x, out, from, to);
      case IS_FINITE -> isFinite(x, out, from, to);
    }
  }

  /** Functions that are not worth a polynomial of their own. */
  private static void inDouble(UnaryFunction function, float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) DoubleMath.unary(function, x[i]);
    }
  }

  private static void neg(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = -x[i];
    }
  }

  private static void abs(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.abs(x[i]);
    }
  }

  private static void sign(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0;
    }
  }

  private static void reciprocal(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = 1f / x[i];
    }
  }

  private static void sqrt(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void rsqrt(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = 1f / (float) Math.sqrt(x[i]);
    }
  }

  private static void exp(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.exp(x[i]);
    }
  }

  private static void expm1(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.expm1(x[i]);
    }
  }

  private static void log(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.log(x[i]);
    }
  }

  private static void log1p(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.log1p(x[i]);
    }
  }

  private static void sin(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.sin(x[i]);
    }
  }

  private static void cos(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.cos(x[i]);
    }
  }

  private static void tanh(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.tanh(x[i]);
    }
  }

  private static void sigmoid(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.sigmoid(x[i]);
    }
  }

  private static void erf(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = FloatMath.erf(x[i]);
    }
  }

  private static void floor(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) Math.floor(x[i]);
    }
  }

  private static void ceil(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) Math.ceil(x[i]);
    }
  }

  private static void round(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) Math.rint(x[i]);
    }
  }

  private static void trunc(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) (x[i] < 0 ? Math.ceil(x[i]) : Math.floor(x[i]));
    }
  }

  private static void logicalNot(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = x[i] == 0 ? 1 : 0;
    }
  }

  private static void isNan(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Float.isNaN(x[i]) ? 1 : 0;
    }
  }

  private static void isInf(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.abs(x[i]) == Float.POSITIVE_INFINITY ? 1 : 0;
    }
  }

  private static void isFinite(float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.abs(x[i]) <= Float.MAX_VALUE ? 1 : 0;
    }
  }
}

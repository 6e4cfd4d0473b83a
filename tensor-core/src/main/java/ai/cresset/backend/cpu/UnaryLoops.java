package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.UnaryFunction;

/**
 * Loops over float arrays, one method for each function of one argument, so that the compiler sees
 * each as a loop of its own.
 */
final class UnaryLoops {
  private UnaryLoops() {}

  static void run(UnaryFunction function, float[] x, float[] out, int count) {
    switch (function) {
      case NEG -> neg(x, out, count);
      case ABS -> abs(x, out, count);
      case SIGN -> sign(x, out, count);
      case RECIPROCAL -> reciprocal(x, out, count);
      case SQRT -> sqrt(x, out, count);
      case RSQRT -> rsqrt(x, out, count);
      case EXP -> exp(x, out, count);
      case EXPM1 -> expm1(x, out, count);
      case LOG -> log(x, out, count);
      case LOG1P -> log1p(x, out, count);
      case SIN -> sin(x, out, count);
      case COS -> cos(x, out, count);
      case TANH -> tanh(x, out, count);
      case SIGMOID -> sigmoid(x, out, count);
      case ERF -> erf(x, out, count);
      case FLOOR -> floor(x, out, count);
      case CEIL -> ceil(x, out, count);
      case ROUND -> round(x, out, count);
      case TRUNC -> trunc(x, out, count);
      case LOGICAL_NOT -> logicalNot(x, out, count);
      case IS_NAN -> isNan(x, out, count);
      case IS_INF -> isInf(x, out, count);
      case IS_FINITE -> isFinite(x, out, count);
    }
  }

  private static void neg(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = -x[i];
    }
  }

  private static void abs(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.abs(x[i]);
    }
  }

  private static void sign(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0;
    }
  }

  private static void reciprocal(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = 1f / x[i];
    }
  }

  private static void sqrt(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void rsqrt(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = 1f / (float) Math.sqrt(x[i]);
    }
  }

  private static void exp(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.exp(x[i]);
    }
  }

  private static void expm1(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.expm1(x[i]);
    }
  }

  private static void log(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.log(x[i]);
    }
  }

  private static void log1p(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.log1p(x[i]);
    }
  }

  private static void sin(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.sin(x[i]);
    }
  }

  private static void cos(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.cos(x[i]);
    }
  }

  private static void tanh(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.tanh(x[i]);
    }
  }

  private static void sigmoid(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.sigmoid(x[i]);
    }
  }

  private static void erf(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = FloatMath.erf(x[i]);
    }
  }

  private static void floor(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) Math.floor(x[i]);
    }
  }

  private static void ceil(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) Math.ceil(x[i]);
    }
  }

  private static void round(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) Math.rint(x[i]);
    }
  }

  private static void trunc(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (float) (x[i] < 0 ? Math.ceil(x[i]) : Math.floor(x[i]));
    }
  }

  private static void logicalNot(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = x[i] == 0 ? 1 : 0;
    }
  }

  private static void isNan(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Float.isNaN(x[i]) ? 1 : 0;
    }
  }

  private static void isInf(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.abs(x[i]) == Float.POSITIVE_INFINITY ? 1 : 0;
    }
  }

  private static void isFinite(float[] x, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.abs(x[i]) <= Float.MAX_VALUE ? 1 : 0;
    }
  }
}

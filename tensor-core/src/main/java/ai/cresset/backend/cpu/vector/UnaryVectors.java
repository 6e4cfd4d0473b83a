package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.cpu.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over whole vectors of one argument; what does not fill a vector is left to the caller. */
final class UnaryVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  private UnaryVectors() {}

  /** How many elements were computed; 0 for functions that plain loops do as well. */
  static int run(UnaryFunction function, float[] x, float[] out, int count) {
    return switch (function) {
      case EXP -> exp(x, out, count);
      case EXPM1 -> expm1(x, out, count);
      case LOG -> log(x, out, count);
      case LOG1P -> log1p(x, out, count);
      case TANH -> tanh(x, out, count);
      case SIGMOID -> sigmoid(x, out, count);
      case ERF -> erf(x, out, count);
      case SIN -> circular(x, out, count, 0);
      case COS -> circular(x, out, count, 1);
      case NEG,
          ABS,
          SIGN,
          RECIPROCAL,
          SQRT,
          RSQRT,
          FLOOR,
          CEIL,
          ROUND,
          TRUNC,
          LOGICAL_NOT,
          IS_NAN,
          IS_INF,
          IS_FINITE ->
          0;
    };
  }

  private static int exp(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.exp(v).intoArray(out, i);
    }
    return i;
  }

  private static int expm1(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.expm1(v).intoArray(out, i);
    }
    return i;
  }

  private static int log(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log(v).intoArray(out, i);
    }
    return i;
  }

  private static int log1p(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log1p(v).intoArray(out, i);
    }
    return i;
  }

  private static int tanh(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.tanh(v).intoArray(out, i);
    }
    return i;
  }

  private static int sigmoid(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.sigmoid(v).intoArray(out, i);
    }
    return i;
  }

  private static int erf(float[] x, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.erf(v).intoArray(out, i);
    }
    return i;
  }

  private static int circular(float[] x, float[] out, int count, int quarters) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMask<Float> far = VectorMath.abs(v).compare(VectorOperators.GT, FloatMath.ANGLE_LIMIT);
      if (far.anyTrue()) {
        for (int lane = i; lane < i + LANES; lane++) {
          out[lane] = quarters == 0 ? FloatMath.sin(x[lane]) : FloatMath.cos(x[lane]);
        }
      } else {
        VectorMath.circular(v, quarters).intoArray(out, i);
      }
    }
    return i;
  }
}

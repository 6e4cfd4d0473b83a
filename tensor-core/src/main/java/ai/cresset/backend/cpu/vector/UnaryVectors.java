package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.cpu.FloatMath;
import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over whole vectors of one argument; what does not fill a vector is left to the caller. */
final class UnaryVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  /** Elements of a pass in functions of several passes; a multiple of every vector length. */
  private static final int TOGETHER = 256;

  private UnaryVectors() {}

  private interface Loop {
    int run(float[] x, float[] out, int count);
  }

  /**
   * A loop for each function that has one. They are called through an interface so that each is
   * compiled alone: all of them inlined into a switch exceed what the compiler takes, and what it
   * leaves out runs a hundred times slower.
   */
  private static final Map<UnaryFunction, Loop> LOOPS = new EnumMap<>(UnaryFunction.class);

  static {
    LOOPS.put(UnaryFunction.EXP, UnaryVectors::exp);
    LOOPS.put(UnaryFunction.EXPM1, UnaryVectors::expm1);
    LOOPS.put(UnaryFunction.LOG, UnaryVectors::log);
    LOOPS.put(UnaryFunction.LOG1P, UnaryVectors::log1p);
    LOOPS.put(UnaryFunction.TANH, UnaryVectors::tanh);
    LOOPS.put(UnaryFunction.SIGMOID, UnaryVectors::sigmoid);
    LOOPS.put(UnaryFunction.ERF, UnaryVectors::erf);
    LOOPS.put(UnaryFunction.NEG, UnaryVectors::neg);
    LOOPS.put(UnaryFunction.ABS, UnaryVectors::abs);
    LOOPS.put(UnaryFunction.SQRT, UnaryVectors::sqrt);
    LOOPS.put(UnaryFunction.RECIPROCAL, UnaryVectors::reciprocal);
    LOOPS.put(UnaryFunction.RSQRT, UnaryVectors::rsqrt);
    LOOPS.put(UnaryFunction.SIN, (x, out, count) -> circular(x, out, count, 0));
    LOOPS.put(UnaryFunction.COS, (x, out, count) -> circular(x, out, count, 1));
  }

  /** How many elements were computed; 0 for functions without vectors. */
  static int run(UnaryFunction function, float[] x, float[] out, int count) {
    Loop loop = LOOPS.get(function);
    return loop == null ? 0 : loop.run(x, out, count);
  }

  private static int neg(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.negate(v).intoArray(out, i);
    }
    return end;
  }

  private static int abs(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.abs(v).intoArray(out, i);
    }
    return end;
  }

  private static int sqrt(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      v.sqrt().intoArray(out, i);
    }
    return end;
  }

  private static int reciprocal(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.number(1f).div(v).intoArray(out, i);
    }
    return end;
  }

  private static int rsqrt(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.number(1f).div(v.sqrt()).intoArray(out, i);
    }
    return end;
  }

  private static int exp(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.exp(v).intoArray(out, i);
    }
    return end;
  }

  private static int expm1(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.expm1(v).intoArray(out, i);
    }
    return end;
  }

  private static int log(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log(v).intoArray(out, i);
    }
    return end;
  }

  private static int log1p(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log1p(v).intoArray(out, i);
    }
    return end;
  }

  private static int tanh(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.tanh(v).intoArray(out, i);
    }
    return end;
  }

  private static int sigmoid(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.sigmoid(v).intoArray(out, i);
    }
    return end;
  }

  /** In three loops of their own: in one, the function outgrows the compiler's inlining. */
  private static int erf(float[] x, float[] out, int count) {
    float[] tail = new float[TOGETHER];
    int end = count / LANES * LANES;
    for (int start = 0; start < end; start += TOGETHER) {
      int length = Math.min(TOGETHER, end - start);
      erfExponents(x, start, tail, length);
      exp(tail, tail, length);
      erfFromTails(x, start, tail, out, length);
    }
    return end;
  }

  private static void erfExponents(float[] x, int at, float[] tail, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, at + i);
      VectorMath.erfExponent(v).intoArray(tail, i);
    }
  }

  private static void erfFromTails(float[] x, int at, float[] tail, float[] out, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, at + i);
      FloatVector complement = FloatVector.fromArray(VectorMath.SPECIES, tail, i);
      VectorMath.erf(v, complement).intoArray(out, at + i);
    }
  }

  private static int circular(float[] x, float[] out, int count, int quarters) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
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
    return end;
  }
}

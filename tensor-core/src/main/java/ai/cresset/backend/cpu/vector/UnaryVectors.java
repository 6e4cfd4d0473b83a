package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.cpu.FloatMath;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over whole vectors of one argument; what does not fill a vector is left to the caller. */
final class UnaryVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  private UnaryVectors() {}

  private static final Map<UnaryFunction, StandaloneLoop> LOOPS =
      new EnumMap<>(UnaryFunction.class);

  private static final StandaloneLoop ERF_EXPONENTS = loop("erfExponents");
  private static final StandaloneLoop ERF_FROM_TAILS =
      StandaloneLoop.binary(UnaryVectors.class, "erfFromTails");

  static {
    LOOPS.put(UnaryFunction.EXP, loop("exp"));
    LOOPS.put(UnaryFunction.EXPM1, loop("expm1"));
    LOOPS.put(UnaryFunction.LOG, loop("log"));
    LOOPS.put(UnaryFunction.LOG1P, loop("log1p"));
    LOOPS.put(UnaryFunction.TANH, loop("tanh"));
    LOOPS.put(UnaryFunction.SIGMOID, loop("sigmoid"));
    LOOPS.put(UnaryFunction.NEG, loop("neg"));
    LOOPS.put(UnaryFunction.ABS, loop("abs"));
    LOOPS.put(UnaryFunction.SQRT, loop("sqrt"));
    LOOPS.put(UnaryFunction.RECIPROCAL, loop("reciprocal"));
    LOOPS.put(UnaryFunction.RSQRT, loop("rsqrt"));
    LOOPS.put(UnaryFunction.SIN, loop("sin"));
    LOOPS.put(UnaryFunction.COS, loop("cos"));
  }

  private static StandaloneLoop loop(String method) {
    return StandaloneLoop.unary(UnaryVectors.class, method);
  }

  /** How many elements were computed; 0 for functions without vectors. */
  static int run(UnaryFunction function, float[] x, float[] out, int count) {
    if (function == UnaryFunction.ERF) {
      return erf(x, out, count);
    }
    StandaloneLoop loop = LOOPS.get(function);
    return loop == null ? 0 : loop.run(x, out, count);
  }

  static int neg(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.negate(v).intoArray(out, i);
    }
    return end;
  }

  static int abs(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.abs(v).intoArray(out, i);
    }
    return end;
  }

  static int sqrt(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      v.sqrt().intoArray(out, i);
    }
    return end;
  }

  static int reciprocal(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.ONE.div(v).intoArray(out, i);
    }
    return end;
  }

  static int rsqrt(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.ONE.div(v.sqrt()).intoArray(out, i);
    }
    return end;
  }

  static int exp(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.exp(v).intoArray(out, i);
    }
    return end;
  }

  static int expm1(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.expm1(v).intoArray(out, i);
    }
    return end;
  }

  static int log(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log(v).intoArray(out, i);
    }
    return end;
  }

  static int log1p(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.log1p(v).intoArray(out, i);
    }
    return end;
  }

  static int tanh(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.tanh(v).intoArray(out, i);
    }
    return end;
  }

  static int sigmoid(float[] x, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.sigmoid(v).intoArray(out, i);
    }
    return end;
  }

  /** In three loops, because one outgrows the compiler's inlining. */
  static int erf(float[] x, float[] out, int count) {
    int end = count & -LANES;
    float[] tails = new float[end];
    ERF_EXPONENTS.run(x, tails, end);
    Objects.requireNonNull(LOOPS.get(UnaryFunction.EXP)).run(tails, tails, end);
    return ERF_FROM_TAILS.run(x, tails, out, end);
  }

  static int erfExponents(float[] x, float[] tails, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      VectorMath.erfExponent(v).intoArray(tails, i);
    }
    return count;
  }

  static int erfFromTails(float[] x, float[] tails, float[] out, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(VectorMath.SPECIES, x, i);
      FloatVector complement = FloatVector.fromArray(VectorMath.SPECIES, tails, i);
      VectorMath.erf(v, complement).intoArray(out, i);
    }
    return count;
  }

  static int sin(float[] x, float[] out, int count) {
    return circular(x, out, count, 0);
  }

  static int cos(float[] x, float[] out, int count) {
    return circular(x, out, count, 1);
  }

  static int circular(float[] x, float[] out, int count, int quarters) {
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

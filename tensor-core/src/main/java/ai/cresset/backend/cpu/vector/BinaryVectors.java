package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.BinaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over whole vectors of two arguments; what does not fill a vector is left to the caller. */
final class BinaryVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  private BinaryVectors() {}

  /** How many elements were computed; 0 for functions that plain loops do as well. */
  static int run(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    return switch (function) {
      case EQ -> eq(a, b, out, count);
      case NE -> ne(a, b, out, count);
      case LT -> lt(a, b, out, count);
      case LE -> le(a, b, out, count);
      case GT -> gt(a, b, out, count);
      case GE -> ge(a, b, out, count);
      case ADD,
          SUB,
          MUL,
          DIV,
          POW,
          MAX,
          MIN,
          REMAINDER,
          FMOD,
          FLOOR_DIV,
          LOGICAL_AND,
          LOGICAL_OR,
          LOGICAL_XOR ->
          0;
    };
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(VectorMath.SPECIES, x, at);
  }

  private static void store(VectorMask<Float> mask, float[] out, int at) {
    FloatVector.zero(VectorMath.SPECIES).blend(1f, mask).intoArray(out, at);
  }

  private static int eq(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.EQ, load(b, i)), out, i);
    }
    return i;
  }

  private static int ne(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.NE, load(b, i)), out, i);
    }
    return i;
  }

  private static int lt(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.LT, load(b, i)), out, i);
    }
    return i;
  }

  private static int le(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.LE, load(b, i)), out, i);
    }
    return i;
  }

  private static int gt(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.GT, load(b, i)), out, i);
    }
    return i;
  }

  private static int ge(float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      store(load(a, i).compare(VectorOperators.GE, load(b, i)), out, i);
    }
    return i;
  }

  /** {@code condition != 0 ? a : b}. */
  static int select(float[] condition, float[] a, float[] b, float[] out, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      VectorMask<Float> mask = load(condition, i).compare(VectorOperators.NE, 0f);
      load(b, i).blend(load(a, i), mask).intoArray(out, i);
    }
    return i;
  }
}

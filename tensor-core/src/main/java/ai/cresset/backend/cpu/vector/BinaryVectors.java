package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.BinaryFunction;
import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over whole vectors of two arguments; what does not fill a vector is left to the caller. */
final class BinaryVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  private BinaryVectors() {}

  private static final Map<BinaryFunction, StandaloneLoop> LOOPS =
      new EnumMap<>(BinaryFunction.class);

  private static final Map<BinaryFunction, StandaloneLoop> UNIFORM_LOOPS =
      new EnumMap<>(BinaryFunction.class);

  static {
    LOOPS.put(BinaryFunction.ADD, StandaloneLoop.binary(BinaryVectors.class, "add"));
    LOOPS.put(BinaryFunction.SUB, StandaloneLoop.binary(BinaryVectors.class, "sub"));
    LOOPS.put(BinaryFunction.MUL, StandaloneLoop.binary(BinaryVectors.class, "mul"));
    LOOPS.put(BinaryFunction.DIV, StandaloneLoop.binary(BinaryVectors.class, "div"));
    LOOPS.put(BinaryFunction.MAX, StandaloneLoop.binary(BinaryVectors.class, "max"));
    LOOPS.put(BinaryFunction.MIN, StandaloneLoop.binary(BinaryVectors.class, "min"));
    LOOPS.put(BinaryFunction.EQ, StandaloneLoop.binary(BinaryVectors.class, "eq"));
    LOOPS.put(BinaryFunction.NE, StandaloneLoop.binary(BinaryVectors.class, "ne"));
    LOOPS.put(BinaryFunction.LT, StandaloneLoop.binary(BinaryVectors.class, "lt"));
    LOOPS.put(BinaryFunction.LE, StandaloneLoop.binary(BinaryVectors.class, "le"));
    LOOPS.put(BinaryFunction.GT, StandaloneLoop.binary(BinaryVectors.class, "gt"));
    LOOPS.put(BinaryFunction.GE, StandaloneLoop.binary(BinaryVectors.class, "ge"));
    UNIFORM_LOOPS.put(BinaryFunction.ADD, StandaloneLoop.uniform(BinaryVectors.class, "add"));
    UNIFORM_LOOPS.put(BinaryFunction.SUB, StandaloneLoop.uniform(BinaryVectors.class, "sub"));
    UNIFORM_LOOPS.put(BinaryFunction.MUL, StandaloneLoop.uniform(BinaryVectors.class, "mul"));
    UNIFORM_LOOPS.put(BinaryFunction.DIV, StandaloneLoop.uniform(BinaryVectors.class, "div"));
  }

  /** How many elements were computed; 0 for functions without vectors. */
  static int run(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    StandaloneLoop loop = LOOPS.get(function);
    return loop == null ? 0 : loop.run(a, b, out, count);
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(VectorMath.SPECIES, x, at);
  }

  private static void store(VectorMask<Float> mask, float[] out, int at) {
    FloatVector.zero(VectorMath.SPECIES).blend(1f, mask).intoArray(out, at);
  }

  static int add(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).add(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  static int sub(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).sub(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  static int mul(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).mul(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  static int div(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).div(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  static int max(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).max(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  static int min(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).min(load(b, i)).intoArray(out, i);
    }
    return end;
  }

  /** The same where {@code b} is one number. */
  static int run(BinaryFunction function, float[] a, float b, float[] out, int count) {
    StandaloneLoop loop = UNIFORM_LOOPS.get(function);
    return loop == null ? 0 : loop.run(a, b, out, count);
  }

  static int add(float[] a, float b, float[] out, int count) {
    FloatVector right = FloatVector.broadcast(VectorMath.SPECIES, b);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).add(right).intoArray(out, i);
    }
    return end;
  }

  static int sub(float[] a, float b, float[] out, int count) {
    FloatVector right = FloatVector.broadcast(VectorMath.SPECIES, b);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).sub(right).intoArray(out, i);
    }
    return end;
  }

  static int mul(float[] a, float b, float[] out, int count) {
    FloatVector right = FloatVector.broadcast(VectorMath.SPECIES, b);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).mul(right).intoArray(out, i);
    }
    return end;
  }

  static int div(float[] a, float b, float[] out, int count) {
    FloatVector right = FloatVector.broadcast(VectorMath.SPECIES, b);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).div(right).intoArray(out, i);
    }
    return end;
  }

  /** {@code a * b + c}. */
  static int fma(float[] a, float[] b, float[] c, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).fma(load(b, i), load(c, i)).intoArray(out, i);
    }
    return end;
  }

  /** {@code a * b + c} with one number b. */
  static int fma(float[] a, float b, float[] c, float[] out, int count) {
    FloatVector factor = FloatVector.broadcast(VectorMath.SPECIES, b);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, i).fma(factor, load(c, i)).intoArray(out, i);
    }
    return end;
  }

  static int eq(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.EQ, load(b, i)), out, i);
    }
    return end;
  }

  static int ne(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.NE, load(b, i)), out, i);
    }
    return end;
  }

  static int lt(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.LT, load(b, i)), out, i);
    }
    return end;
  }

  static int le(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.LE, load(b, i)), out, i);
    }
    return end;
  }

  static int gt(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.GT, load(b, i)), out, i);
    }
    return end;
  }

  static int ge(float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      store(load(a, i).compare(VectorOperators.GE, load(b, i)), out, i);
    }
    return end;
  }

  /** {@code condition != 0 ? a : b}. */
  static int select(float[] condition, float[] a, float[] b, float[] out, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      VectorMask<Float> mask = load(condition, i).compare(VectorOperators.NE, 0f);
      load(b, i).blend(load(a, i), mask).intoArray(out, i);
    }
    return end;
  }
}

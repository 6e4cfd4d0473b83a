package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Prints a checksum of the bits of every float32 kernel; other Java options must not change it. */
final class BitsProbe {
  private static final int COUNT = 2055;
  private static final float[] EDGES = {
    0f,
    -0f,
    1f,
    -1f,
    89f,
    88.8f,
    -104f,
    -88f,
    65536f,
    1e8f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    0.5f,
    1.5f,
    2.5f,
    -2.5f
  };

  /** What floats have; the order of a polygamma function is no random number. */
  private static final Set<BinaryFunction> FUNCTIONS =
      EnumSet.complementOf(EnumSet.range(BinaryFunction.POLYGAMMA, BinaryFunction.SHIFT_RIGHT));

  private final FloatKernels kernels;
  private final float[] a = inputs(1);
  private final float[] b = inputs(2);
  private final float[] c = inputs(3);
  private final Map<String, Integer> sums = new TreeMap<>();

  private BitsProbe(FloatKernels kernels) {
    this.kernels = kernels;
  }

  /** Rounds to run; the first and the last must agree, before and after compilation. */
  public static void main(String[] arguments) {
    FloatKernels kernels = VectorKernelsLoader.kernels();
    Map<String, Integer> first = new BitsProbe(kernels).round();
    Map<String, Integer> last = first;
    for (int i = 1; i < Integer.parseInt(arguments[0]); i++) {
      last = new BitsProbe(kernels).round();
    }
    if (!first.equals(last)) {
      throw new AssertionError("compilation changed bits: " + first + " became " + last);
    }
    System.out.println("kernels " + kernels.description());
    last.forEach(
        (name, sum) -> System.out.println("bits " + name + " " + Integer.toHexString(sum)));
  }

  private static float[] squares(float[] x) {
    float[] squares = x.clone();
    for (int i = 0; i < x.length; i++) {
      squares[i] *= x[i];
    }
    return squares;
  }

  private static float[] inputs(int seed) {
    Random random = new Random(seed);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] =
          switch (i % 4) {
            case 0 -> Float.intBitsToFloat(random.nextInt());
            case 1 -> (float) random.nextGaussian() * 30;
            default -> (float) random.nextGaussian() * 2;
          };
    }
    for (int i = 0; i < EDGES.length; i++) {
      values[(i * 97 + seed * 13) % COUNT] = EDGES[i];
    }
    return values;
  }

  private void add(String name, float... values) {
    int hash = 1;
    for (float value : values) {
      hash = 31 * hash + Float.floatToIntBits(value);
    }
    sums.merge(name, hash, (old, more) -> 31 * old + more);
  }

  private Map<String, Integer> round() {
    float[] out = new float[COUNT];
    for (UnaryFunction function : UnaryFunction.values()) {
      if (function == UnaryFunction.BITWISE_NOT) {
        continue;
      }
      kernels.unary(function, a, out, COUNT);
      add(function.name(), out);
    }
    for (BinaryFunction function : FUNCTIONS) {
      kernels.binary(function, a, b, out, COUNT);
      add(function.name(), out);
    }
    kernels.fma(a, b, c, out, COUNT);
    add("fma", out);
    float[] same = new float[COUNT];
    Arrays.fill(same, 1.7f);
    kernels.fmaUniform(a, same, c, out, COUNT);
    add("fmaUniform", out);
    for (BinaryFunction function : FUNCTIONS) {
      kernels.binaryUniform(function, a, same, out, COUNT);
      add(function.name() + " uniform", out);
    }
    kernels.select(a, b, c, out, COUNT);
    add("select", out);
    float[] tame = new float[COUNT];
    float[] other = new float[COUNT];
    Random random = new Random(4);
    for (int i = 0; i < COUNT; i++) {
      tame[i] = (float) random.nextGaussian();
      other[i] = (float) random.nextGaussian();
    }
    for (int count : new int[] {1, 15, 16, 31, 33, 100, 1024, COUNT - 3}) {
      add("sum", kernels.sum(tame, 3, count));
      add("sumSquares", kernels.sumSquares(tame, 3, count, 0.1f));
      add("dot", kernels.dot(tame, 3, other, 1, count));
      add("max", kernels.max(tame, 3, count), kernels.max(a, 3, count));
      float[] x = tame.clone();
      add("exponentials", kernels.exponentials(x, 3, count, 0.9f, 1.5f));
      kernels.scaleShift(x, 2, count, 0.3f, -1.1f);
      kernels.shiftMultiply(x, 1, count, 0.2f, other, 3);
      kernels.normalize(x, 1, count, 0.02f, 1.4f);
      kernels.accumulate(other, 2, x, 1, count);
      kernels.accumulateSquares(other, 2, x, 1, count);
      kernels.accumulateProducts(other, 2, tame, 0, x, 1, count);
      kernels.addScaled(other, 2, 0.77f, x, 1, count);
      kernels.normalizeGradient(x, tame, 0, count, 0.01f, 0.2f, 1.3f);
      add("rows", x);
      float[] sums = tame.clone();
      kernels.accumulateMoments(other, x, sums, out, count);
      kernels.accumulateAlong(tame, other, x, sums, out, count);
      kernels.keepLarger(tame, 3, sums, out, count);
      add("moments", sums);
      add("along", out);
      float[] numbers = {0.9f, 0.999f, 0.1f, 0.99f, 0.01f, 1.3f, 1e-8f, 1e-3f};
      for (boolean decoupled : new boolean[] {false, true}) {
        float[] parameter = tame.clone();
        float[] second = squares(other);
        kernels.adam(parameter, other, x, second, numbers, decoupled, count);
        add("adam " + decoupled, parameter);
        add("adam " + decoupled, second);
      }
    }
    for (TileTransform transform : TileTransform.values()) {
      for (int channels : new int[] {5, 32, 45}) {
        float[] squares = new float[COUNT];
        kernels.tiles(transform, a, 2 * channels + 1, squares, 2 * channels + 3, 1, channels);
        add("tiles " + transform, squares);
      }
    }
    short[] halves = new short[COUNT];
    kernels.toBFloat16(a, 0, halves, 0, COUNT);
    kernels.fromBFloat16(halves, 0, out, 0, COUNT);
    add("bfloat16", out);
    Arrays.fill(out, 0, 64, -0f);
    add("max of zeros", kernels.max(out, 0, 64));
    return sums;
  }
}

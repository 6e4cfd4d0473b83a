package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.type.HalfPrecision;

/** Float32 kernels in plain loops. The compiler turns those of simple arithmetic into vectors. */
public class PlainKernels implements FloatKernels {
  @Override
  public String description() {
    return "plain loops";
  }

  @Override
  public void unary(UnaryFunction function, float[] x, float[] out, int count) {
    UnaryLoops.run(function, x, out, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void unaryFrom(UnaryFunction function, float[] x, float[] out, int from, int to) {
    UnaryLoops.run(function, x, out, from, to);
  }

  @Override
  public void binary(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    BinaryLoops.run(function, a, b, out, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void binaryFrom(
      BinaryFunction function, float[] a, float[] b, float[] out, int from, int to) {
    BinaryLoops.run(function, a, b, out, from, to);
  }

  @Override
  public void fma(float[] a, float[] b, float[] c, float[] out, int count) {
    fmaFrom(a, b, c, out, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void fmaFrom(float[] a, float[] b, float[] c, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.fma(a[i], b[i], c[i]);
    }
  }

  @Override
  public void binaryUniform(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    binary(function, a, b, out, count);
  }

  @Override
  public void fmaUniform(float[] a, float[] b, float[] c, float[] out, int count) {
    fma(a, b, c, out, count);
  }

  @Override
  public void select(float[] condition, float[] a, float[] b, float[] out, int count) {
    selectFrom(condition, a, b, out, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void selectFrom(
      float[] condition, float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = condition[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  public float sum(float[] x, int at, int count) {
    float[] lanes = new float[Lanes.COUNT];
    int end = at + count;
    for (; at + Lanes.COUNT <= end; at += Lanes.COUNT) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        lanes[lane] += x[at + lane];
      }
    }
    for (int lane = 0; at < end; lane++, at++) {
      lanes[lane] += x[at];
    }
    return Lanes.sum(lanes);
  }

  @Override
  public float sumSquares(float[] x, int at, int count, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    int end = at + count;
    for (; at + Lanes.COUNT <= end; at += Lanes.COUNT) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        float difference = x[at + lane] - shift;
        lanes[lane] = Math.fma(difference, difference, lanes[lane]);
      }
    }
    for (int lane = 0; at < end; lane++, at++) {
      float difference = x[at] - shift;
      lanes[lane] = Math.fma(difference, difference, lanes[lane]);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    float[] lanes = new float[Lanes.COUNT];
    int i = 0;
    for (; i + Lanes.COUNT <= count; i += Lanes.COUNT) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        lanes[lane] = Math.fma(a[aAt + i + lane], b[bAt + i + lane], lanes[lane]);
      }
    }
    for (int lane = 0; i < count; lane++, i++) {
      lanes[lane] = Math.fma(a[aAt + i], b[bAt + i], lanes[lane]);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public float max(float[] x, int at, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + count; i++) {
      largest = Math.max(largest, x[i]);
    }
    // A zero of either sign counts as the positive one: comparisons of vectors cannot tell.
    return largest + 0f;
  }

  @Override
  public float exponentials(float[] x, int at, int count, float scale, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    int end = at + count;
    for (; at + Lanes.COUNT <= end; at += Lanes.COUNT) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        float y = FloatMath.exp(Math.fma(x[at + lane], scale, -shift));
        x[at + lane] = y;
        lanes[lane] += y;
      }
    }
    for (int lane = 0; at < end; lane++, at++) {
      float y = FloatMath.exp(Math.fma(x[at], scale, -shift));
      x[at] = y;
      lanes[lane] += y;
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void scaleShift(float[] x, int at, int count, float scale, float shift) {
    for (int i = at; i < at + count; i++) {
      x[i] = Math.fma(x[i], scale, shift);
    }
  }

  @Override
  public void accumulate(float[] x, int at, float[] sum, int sumAt, int count) {
    for (int i = 0; i < count; i++) {
      sum[sumAt + i] += x[at + i];
    }
  }

  @Override
  public void accumulateSquares(float[] x, int at, float[] sum, int sumAt, int count) {
    for (int i = 0; i < count; i++) {
      sum[sumAt + i] = Math.fma(x[at + i], x[at + i], sum[sumAt + i]);
    }
  }

  @Override
  public void accumulateProducts(
      float[] a, int aAt, float[] b, int bAt, float[] sum, int sumAt, int count) {
    for (int i = 0; i < count; i++) {
      sum[sumAt + i] = Math.fma(a[aAt + i], b[bAt + i], sum[sumAt + i]);
    }
  }

  @Override
  public void keepLarger(float[] x, float number, float[] largest, float[] numbers, int count) {
    largerFrom(x, number, largest, numbers, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void largerFrom(
      float[] x, float number, float[] largest, float[] numbers, int from, int to) {
    for (int i = from; i < to; i++) {
      if (x[i] > largest[i] || Float.isNaN(x[i])) {
        largest[i] = x[i];
        numbers[i] = number;
      }
    }
  }

  @Override
  public void adam(
      float[] parameter,
      float[] gradient,
      float[] first,
      float[] second,
      float[] numbers,
      boolean decoupled,
      int count) {
    adamFrom(parameter, gradient, first, second, numbers, decoupled, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void adamFrom(
      float[] parameter,
      float[] gradient,
      float[] first,
      float[] second,
      float[] numbers,
      boolean decoupled,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      float p = parameter[i];
      float g = gradient[i] * numbers[0];
      float start = decoupled ? p * numbers[1] : p;
      g = decoupled ? g : Math.fma(numbers[1], p, g);
      float m = Math.fma(g - first[i], numbers[2], first[i]);
      float v = Math.fma(g * g, numbers[4], second[i] * numbers[3]);
      float root = (float) Math.sqrt(v);
      parameter[i] = start - numbers[7] * (m / Math.fma(root, numbers[5], numbers[6]));
      first[i] = m;
      second[i] = v;
    }
  }

  @Override
  public void accumulateMoments(float[] x, float[] shift, float[] sum, float[] squares, int count) {
    momentsFrom(x, shift, sum, squares, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void momentsFrom(
      float[] x, float[] shift, float[] sum, float[] squares, int from, int to) {
    for (int i = from; i < to; i++) {
      float difference = x[i] - shift[i];
      sum[i] += difference;
      squares[i] = Math.fma(difference, difference, squares[i]);
    }
  }

  @Override
  public void accumulateAlong(
      float[] g, float[] x, float[] mean, float[] sum, float[] products, int count) {
    alongFrom(g, x, mean, sum, products, 0, count);
  }

  /** The same for elements {@code from} to {@code to - 1}. */
  protected final void alongFrom(
      float[] g, float[] x, float[] mean, float[] sum, float[] products, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] += g[i];
      products[i] = Math.fma(g[i], x[i] - mean[i], products[i]);
    }
  }

  @Override
  public void shiftMultiply(
      float[] x, int at, int count, float shift, float[] factor, int factorAt) {
    for (int i = 0; i < count; i++) {
      x[at + i] = (x[at + i] - shift) * factor[factorAt + i];
    }
  }

  @Override
  public void addScaled(float[] x, int at, float scale, float[] sum, int sumAt, int count) {
    for (int i = 0; i < count; i++) {
      sum[sumAt + i] = Math.fma(x[at + i], scale, sum[sumAt + i]);
    }
  }

  @Override
  public void normalize(float[] x, int at, int count, float mean, float inverse) {
    for (int i = at; i < at + count; i++) {
      x[i] = (x[i] - mean) * inverse;
    }
  }

  @Override
  public void normalizeGradient(
      float[] g, float[] normal, int from, int to, float shift, float slope, float inverse) {
    for (int i = from; i < to; i++) {
      g[i] = Math.fma(-normal[i], slope, g[i] - shift) * inverse;
    }
  }

  @Override
  public void fromBFloat16(short[] x, int xAt, float[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      out[at + i] = HalfPrecision.fromBFloat16(x[xAt + i]);
    }
  }

  @Override
  public void toBFloat16(float[] x, int at, short[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = HalfPrecision.toBFloat16(x[at + i]);
    }
  }

  @Override
  public void tiles(
      TileTransform transform,
      float[] from,
      int fromStep,
      float[] to,
      int toStep,
      int tiles,
      int channels) {
    tilesFrom(transform, from, fromStep, to, toStep, tiles, channels, 0);
  }

  /** The same for channels {@code first} to {@code channels - 1}. */
  protected final void tilesFrom(
      TileTransform transform,
      float[] from,
      int fromStep,
      float[] to,
      int toStep,
      int tiles,
      int channels,
      int first) {
    TileLoops.run(transform, from, fromStep, to, toStep, tiles, channels, first);
  }
}

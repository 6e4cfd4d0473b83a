package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.cpu.PlainKernels;
import ai.cresset.backend.cpu.TileTransform;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Float32 kernels in the Vector API. The compiler's own vectors are not relied on: it gives them up
 * for a loop that it first saw with few elements. The rest of a block, and small ones, run in plain
 * loops, which give the same bits.
 */
public final class VectorKernels extends PlainKernels {
  /** Below, a vector loop is not worth its start. */
  private static final int SMALLEST = 32;

  private static final StandaloneLoop EXPONENTIALS =
      StandaloneLoop.of(
          ReductionVectors.class,
          "exponentials",
          float.class,
          float[].class,
          int.class,
          int.class,
          float.class,
          float.class);

  private static final StandaloneLoop MOMENTS = arrays(RowVectors.class, "moments", 4);
  private static final StandaloneLoop ALONG = arrays(RowVectors.class, "along", 5);
  private static final StandaloneLoop ADAM_DECOUPLED = arrays(AdamVectors.class, "decoupled", 5);
  private static final StandaloneLoop ADAM_COUPLED = arrays(AdamVectors.class, "coupled", 5);

  private static final List<StandaloneLoop> INPUT = tiles("inputTop", "inputBottom");
  private static final List<StandaloneLoop> OUTPUT = tiles("output");
  private static final List<StandaloneLoop> OUTPUT_GRADIENT = tiles("outputGradient");
  private static final List<StandaloneLoop> WEIGHT = tiles("weightOuter", "weightInner");
  private static final List<StandaloneLoop> WEIGHT_GRADIENT = tiles("weightGradient");

  /** The loops that make a transform. */
  private static List<StandaloneLoop> tiles(String... names) {
    return Stream.of(names).map(StandaloneLoop::tiles).toList();
  }

  /** A loop over so many arrays from their beginning. */
  private static StandaloneLoop arrays(Class<?> owner, String name, int arrays) {
    Class<?>[] parameters = new Class<?>[arrays + 1];
    Arrays.fill(parameters, float[].class);
    parameters[arrays] = int.class;
    return StandaloneLoop.of(owner, name, int.class, parameters);
  }

  @Override
  public String description() {
    return "Vector API with " + VectorMath.SPECIES.length() + " lanes of float32";
  }

  @Override
  public void unary(UnaryFunction function, float[] x, float[] out, int count) {
    int done = count < SMALLEST ? 0 : UnaryVectors.run(function, x, out, count);
    if (done < count) {
      unaryFrom(function, x, out, done, count);
    }
  }

  @Override
  public void binary(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.run(function, a, b, out, count);
    if (done < count) {
      binaryFrom(function, a, b, out, done, count);
    }
  }

  @Override
  public void binaryUniform(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.run(function, a, b[0], out, count);
    if (done == 0) {
      binary(function, a, b, out, count);
    } else if (done < count) {
      binaryFrom(function, a, b, out, done, count);
    }
  }

  @Override
  public void fma(float[] a, float[] b, float[] c, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.fma(a, b, c, out, count);
    if (done < count) {
      fmaFrom(a, b, c, out, done, count);
    }
  }

  @Override
  public void fmaUniform(float[] a, float[] b, float[] c, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.fma(a, b[0], c, out, count);
    if (done < count) {
      fmaFrom(a, b, c, out, done, count);
    }
  }

  @Override
  public void select(float[] condition, float[] a, float[] b, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.select(condition, a, b, out, count);
    if (done < count) {
      selectFrom(condition, a, b, out, done, count);
    }
  }

  @Override
  public float sum(float[] x, int at, int count) {
    return count < SMALLEST ? super.sum(x, at, count) : ReductionVectors.sum(x, at, count);
  }

  @Override
  public float sumSquares(float[] x, int at, int count, float shift) {
    return count < SMALLEST
        ? super.sumSquares(x, at, count, shift)
        : ReductionVectors.sumSquares(x, at, count, shift);
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    return count < SMALLEST
        ? super.dot(a, aAt, b, bAt, count)
        : ReductionVectors.dot(a, aAt, b, bAt, count);
  }

  @Override
  public float max(float[] x, int at, int count) {
    return count < SMALLEST ? super.max(x, at, count) : ReductionVectors.max(x, at, count);
  }

  @Override
  public float exponentials(float[] x, int at, int count, float scale, float shift) {
    return count < SMALLEST
        ? super.exponentials(x, at, count, scale, shift)
        : EXPONENTIALS.fold(x, at, count, scale, shift);
  }

  @Override
  public void scaleShift(float[] x, int at, int count, float scale, float shift) {
    int done = count < SMALLEST ? 0 : RowVectors.scaleShift(x, at, count, scale, shift);
    super.scaleShift(x, at + done, count - done, scale, shift);
  }

  @Override
  public void accumulate(float[] x, int at, float[] sum, int sumAt, int count) {
    int done = count < SMALLEST ? 0 : RowVectors.accumulate(x, at, sum, sumAt, count);
    super.accumulate(x, at + done, sum, sumAt + done, count - done);
  }

  @Override
  public void accumulateSquares(float[] x, int at, float[] sum, int sumAt, int count) {
    accumulateProducts(x, at, x, at, sum, sumAt, count);
  }

  @Override
  public void accumulateProducts(
      float[] a, int aAt, float[] b, int bAt, float[] sum, int sumAt, int count) {
    int done =
        count < SMALLEST ? 0 : RowVectors.accumulateProducts(a, aAt, b, bAt, sum, sumAt, count);
    super.accumulateProducts(a, aAt + done, b, bAt + done, sum, sumAt + done, count - done);
  }

  @Override
  public void addScaled(float[] x, int at, float scale, float[] sum, int sumAt, int count) {
    int done = count < SMALLEST ? 0 : RowVectors.addScaled(x, at, scale, sum, sumAt, count);
    super.addScaled(x, at + done, scale, sum, sumAt + done, count - done);
  }

  @Override
  public void keepLarger(float[] x, float number, float[] largest, float[] numbers, int count) {
    int done = count < SMALLEST ? 0 : RowVectors.keepLarger(x, number, largest, numbers, count);
    largerFrom(x, number, largest, numbers, done, count);
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
    StandaloneLoop loop = decoupled ? ADAM_DECOUPLED : ADAM_COUPLED;
    int done = count < SMALLEST ? 0 : loop.run(parameter, gradient, first, second, numbers, count);
    adamFrom(parameter, gradient, first, second, numbers, decoupled, done, count);
  }

  @Override
  public void accumulateMoments(float[] x, float[] shift, float[] sum, float[] squares, int count) {
    int done = count < SMALLEST ? 0 : MOMENTS.run(x, shift, sum, squares, count);
    momentsFrom(x, shift, sum, squares, done, count);
  }

  @Override
  public void accumulateAlong(
      float[] g, float[] x, float[] mean, float[] sum, float[] products, int count) {
    int done = count < SMALLEST ? 0 : ALONG.run(g, x, mean, sum, products, count);
    alongFrom(g, x, mean, sum, products, done, count);
  }

  @Override
  public void shiftMultiply(
      float[] x, int at, int count, float shift, float[] factor, int factorAt) {
    int done =
        count < SMALLEST ? 0 : RowVectors.shiftMultiply(x, at, count, shift, factor, factorAt);
    super.shiftMultiply(x, at + done, count - done, shift, factor, factorAt + done);
  }

  @Override
  public void fromBFloat16(short[] x, int xAt, float[] out, int at, int count) {
    int done = count < SMALLEST ? 0 : HalfVectors.fromBFloat16(x, xAt, out, at, count);
    super.fromBFloat16(x, xAt + done, out, at + done, count - done);
  }

  @Override
  public void toBFloat16(float[] x, int at, short[] out, int outAt, int count) {
    int done = count < SMALLEST ? 0 : HalfVectors.toBFloat16(x, at, out, outAt, count);
    super.toBFloat16(x, at + done, out, outAt + done, count - done);
  }

  @Override
  public void normalize(float[] x, int at, int count, float mean, float inverse) {
    int done = count < SMALLEST ? 0 : RowVectors.normalize(x, at, count, mean, inverse);
    super.normalize(x, at + done, count - done, mean, inverse);
  }

  @Override
  public void normalizeGradient(
      float[] g, float[] normal, int from, int to, float shift, float slope, float inverse) {
    int done =
        from > 0 || to < SMALLEST
            ? from
            : RowVectors.normalizeGradient(g, normal, to, shift, slope, inverse);
    super.normalizeGradient(g, normal, done, to, shift, slope, inverse);
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
    List<StandaloneLoop> loops =
        switch (transform) {
          case INPUT -> INPUT;
          case OUTPUT -> OUTPUT;
          case OUTPUT_GRADIENT -> OUTPUT_GRADIENT;
          case WEIGHT -> WEIGHT;
          case WEIGHT_GRADIENT -> WEIGHT_GRADIENT;
        };
    int done = 0;
    for (int i = 0; i < loops.size() && channels >= SMALLEST; i++) {
      done = loops.get(i).tiles(from, fromStep, to, toStep, tiles, channels);
    }
    if (done < channels) {
      tilesFrom(transform, from, fromStep, to, toStep, tiles, channels, done);
    }
  }
}

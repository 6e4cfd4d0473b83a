package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;

/**
 * Float32 kernels over Java arrays, in plain loops or the Vector API; both give the same bits. An
 * output array may be one of the inputs.
 *
 * <p>Sums run in 16 lanes, element {@code i} in lane {@code i % 16}, and lanes are added in the
 * order of {@link Lanes}.
 */
public interface FloatKernels {
  /** What computes, for logs. */
  String description();

  void unary(UnaryFunction function, float[] x, float[] out, int count);

  void binary(BinaryFunction function, float[] a, float[] b, float[] out, int count);

  /** {@link #binary} where all elements of {@code b} are the same. */
  void binaryUniform(BinaryFunction function, float[] a, float[] b, float[] out, int count);

  /** {@link #fma} where all elements of {@code b} are the same. */
  void fmaUniform(float[] a, float[] b, float[] c, float[] out, int count);

  void fma(float[] a, float[] b, float[] c, float[] out, int count);

  void select(float[] condition, float[] a, float[] b, float[] out, int count);

  float sum(float[] x, int at, int count);

  /** The sum of squares of {@code x - shift}. */
  float sumSquares(float[] x, int at, int count, float shift);

  float dot(float[] a, int aAt, float[] b, int bAt, int count);

  /** The largest element; NaN wins. */
  float max(float[] x, int at, int count);

  /** Replaces each element by {@code exp(x * scale - shift)} and returns the sum. */
  float exponentials(float[] x, int at, int count, float scale, float shift);

  /** {@code x = x * scale + shift}. */
  void scaleShift(float[] x, int at, int count, float scale, float shift);

  /** {@code sum += x}. */
  void accumulate(float[] x, int at, float[] sum, int sumAt, int count);

  /** {@code sum += x * x}. */
  void accumulateSquares(float[] x, int at, float[] sum, int sumAt, int count);

  /** {@code sum += a * b}. */
  void accumulateProducts(
      float[] a, int aAt, float[] b, int bAt, float[] sum, int sumAt, int count);

  /** Where x is larger or NaN, it becomes the largest, with this number. */
  void keepLarger(float[] x, float number, float[] largest, float[] numbers, int count);

  /** {@code sum += x - shift} and {@code squares += (x - shift)^2}. */
  void accumulateMoments(float[] x, float[] shift, float[] sum, float[] squares, int count);

  /** {@code sum += g} and {@code products += g * (x - mean)}. */
  void accumulateAlong(
      float[] g, float[] x, float[] mean, float[] sum, float[] products, int count);

  /** {@code x = (x - shift) * factor[i]}, what a softmax does to its gradient. */
  void shiftMultiply(float[] x, int at, int count, float shift, float[] factor, int factorAt);

  /** {@code sum += x * scale}. */
  void addScaled(float[] x, int at, float scale, float[] sum, int sumAt, int count);

  /** {@code x = (x - mean) * inverse}. */
  void normalize(float[] x, int at, int count, float mean, float inverse);

  /**
   * {@code g = (g - shift - normal * slope) * inverse}, the gradient of {@link #normalize}, for
   * elements {@code from} to {@code to - 1}.
   */
  void normalizeGradient(
      float[] g, float[] normal, int from, int to, float shift, float slope, float inverse);

  /** Widens bfloat16. */
  void fromBFloat16(short[] x, int xAt, float[] out, int at, int count);

  /** Narrows to bfloat16, to nearest even. */
  void toBFloat16(float[] x, int at, short[] out, int outAt, int count);

  /**
   * A step of Adam.
   *
   * @param numbers gradient scale, decay, {@code 1 - beta1}, beta2, {@code 1 - beta2}, inverse root
   *     correction, epsilon and step size of {@link ai.cresset.backend.FusedAdam.Numbers}
   * @param decoupled whether the decay is a factor of the parameter
   */
  void adam(
      float[] parameter,
      float[] gradient,
      float[] first,
      float[] second,
      float[] numbers,
      boolean decoupled,
      int count);

  /**
   * A transform of Winograd's convolution.
   *
   * @param fromStep elements from row to row of an image, or from plane to plane
   * @param toStep the same for what is written
   * @param tiles squares beside each other
   */
  void tiles(
      TileTransform transform,
      float[] from,
      int fromStep,
      float[] to,
      int toStep,
      int tiles,
      int channels);
}

package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * Scale and zero point, of a whole tensor or of each slice along an axis: the integer {@code q}
 * stands for {@code (q - zeroPoint) * scale}. Immutable.
 */
public final class QuantizationParameters {
  /** The least scale that is computed: float32's epsilon, as in PyTorch. */
  private static final float LEAST_SCALE = Math.ulp(1f);

  private static final int WHOLE = -1;

  private final QuantizedRange range;
  private final int axis;
  private final float[] scales;
  private final int[] zeroPoints;

  private QuantizationParameters(QuantizedRange range, int axis, float[] scales, int[] zeroPoints) {
    if (scales.length == 0 || scales.length != zeroPoints.length) {
      throw ConfigException.value(
          "quantization parameters",
          scales.length + " scales and " + zeroPoints.length + " zero points",
          "one of each for every channel");
    }
    for (int i = 0; i < scales.length; i++) {
      if (!(scales[i] > 0 && scales[i] <= Float.MAX_VALUE)) {
        throw ConfigException.value("quantization scale", scales[i], "a finite number above 0");
      }
      if (zeroPoints[i] < range.low() || zeroPoints[i] > range.high()) {
        throw ConfigException.value(
            "quantization zero point",
            zeroPoints[i],
            "a number from " + range.low() + " to " + range.high());
      }
    }
    this.range = range;
    this.axis = axis;
    this.scales = scales;
    this.zeroPoints = zeroPoints;
  }

  /** One scale and zero point for a whole tensor. */
  public static QuantizationParameters perTensor(
      QuantizedRange range, float scale, int zeroPoint) {
    return new QuantizationParameters(range, WHOLE, new float[] {scale}, new int[] {zeroPoint});
  }

  /**
   * A scale and a zero point for each slice.
   *
   * @param axis the dimension of the slices, from 0
   */
  public static QuantizationParameters perChannel(
      QuantizedRange range, int axis, float[] scales, int[] zeroPoints) {
    if (axis < 0) {
      throw ConfigException.value("quantization axis", axis, "a dimension, from 0");
    }
    return new QuantizationParameters(range, axis, scales.clone(), zeroPoints.clone());
  }

  /** For values from {@code low} to {@code high}, with the numbers of PyTorch's observers. */
  public static QuantizationParameters ofValues(
      QuantizedRange range, QuantizationScheme scheme, float low, float high) {
    return ofValues(range, scheme, WHOLE, new float[] {low}, new float[] {high});
  }

  /**
   * The same for each slice.
   *
   * @param axis the dimension of the slices, from 0
   */
  public static QuantizationParameters ofChannels(
      QuantizedRange range, QuantizationScheme scheme, int axis, float[] low, float[] high) {
    if (axis < 0) {
      throw ConfigException.value("quantization axis", axis, "a dimension, from 0");
    }
    return ofValues(range, scheme, axis, low, high);
  }

  private static QuantizationParameters ofValues(
      QuantizedRange range, QuantizationScheme scheme, int axis, float[] lows, float[] highs) {
    float[] scales = new float[lows.length];
    int[] zeroPoints = new int[lows.length];
    int steps = range.high() - range.low();
    for (int i = 0; i < lows.length; i++) {
      // 0 must be one of the numbers, because padding is.
      float low = Math.min(lows[i], 0);
      float high = Math.max(highs[i], 0);
      if (!(high - low <= Float.MAX_VALUE)) {
        throw ConfigException.value(
            "values to quantize", lows[i] + " to " + highs[i], "a range of finite numbers");
      }
      boolean symmetric = scheme == QuantizationScheme.SYMMETRIC;
      float scale = symmetric ? Math.max(-low, high) / (steps / 2f) : (high - low) / steps;
      scales[i] = Math.max(scale, LEAST_SCALE);
      zeroPoints[i] =
          symmetric
              ? range.middle()
              : range.clamp(range.low() - (long) Math.rint(low / scales[i]));
    }
    return new QuantizationParameters(range, axis, scales, zeroPoints);
  }

  public QuantizedRange range() {
    return range;
  }

  /** Whether there is one scale for a whole tensor. */
  public boolean isPerTensor() {
    return axis == WHOLE;
  }

  /** The dimension of the slices; -1 where there is one scale for all. */
  public int axis() {
    return axis;
  }

  /** How many scales there are. */
  public int channels() {
    return scales.length;
  }

  public float scale(int channel) {
    return scales[channel];
  }

  public int zeroPoint(int channel) {
    return zeroPoints[channel];
  }

  /**
   * The nearest integers ({@code torch.quantize_per_tensor}, {@code quantize_per_channel}); halves
   * go to the even one, what is out of range to its end.
   *
   * @param real float32, of any shape
   */
  public QuantizedTensor quantize(Tensor real) {
    check("quantize", real);
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("quantize")) {
      Tensor inside = levels(real).clamp(range.low(), range.high());
      return new QuantizedTensor(scope.keep(inside.to(range.dtype())), this);
    }
  }

  /** The real numbers that integers of the range stand for: float32. */
  Tensor dequantize(Tensor integers) {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("dequantize")) {
      return scope.keep(real(integers.to(DType.FLOAT32), integers));
    }
  }

  /** {@code (levels - zeroPoint) * scale}. */
  Tensor real(Tensor levels, Tensor like) {
    return isPerTensor()
        ? levels.sub(zeroPoints[0]).mul(scales[0])
        : levels.sub(zeroPointsFor(like)).mul(along(scales, like));
  }

  /** The nearest levels, out of range too, as float32. */
  Tensor levels(Tensor real) {
    if (isPerTensor()) {
      return real.mul(1 / scales[0]).round().add(zeroPoints[0]);
    }
    float[] inverse = new float[scales.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1 / scales[i];
    }
    return real.mul(along(inverse, real)).round().add(zeroPointsFor(real));
  }

  private Tensor zeroPointsFor(Tensor like) {
    float[] values = new float[zeroPoints.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = zeroPoints[i];
    }
    return along(values, like);
  }

  private Tensor along(float[] values, Tensor like) {
    long[] sizes = new long[like.rank()];
    Arrays.fill(sizes, 1);
    sizes[axis] = values.length;
    return Tensor.of(values, sizes).to(like.device());
  }

  /** Refuses what is not float32 or has other channels. */
  void check(String operation, Tensor real) {
    if (real.dtype() != DType.FLOAT32) {
      throw DTypeException.unsupported(operation, real.dtype(), "float32");
    }
    checkChannels(operation, real);
  }

  void checkChannels(String operation, Tensor tensor) {
    if (!isPerTensor() && (tensor.rank() <= axis || tensor.size(axis) != scales.length)) {
      throw ShapeException.mismatch(
          operation, scales.length + " channels in dimension " + axis, tensor.shape());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizationParameters that
        && range.equals(that.range)
        && axis == that.axis
        && Arrays.equals(scales, that.scales)
        && Arrays.equals(zeroPoints, that.zeroPoints);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(scales) * 31 + Arrays.hashCode(zeroPoints);
  }

  @Override
  public String toString() {
    String whole = isPerTensor() ? "" : " along dimension " + axis;
    return range.dtype()
        + whole
        + ", scales "
        + Arrays.toString(scales)
        + ", zero points "
        + Arrays.toString(zeroPoints);
  }
}

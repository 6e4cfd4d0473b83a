package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * Images of another size, one dimension after the other: each new element is a weighted sum of a
 * few old ones.
 */
final class Resampling {
  /** Bicubic weights as in PyTorch. */
  private static final double CUBIC = -0.75;

  private Resampling() {}

  /**
   * Resizes the dimensions after the second.
   *
   * @param factors the scale factors that were given, or empty
   */
  static Tensor resized(
      Tensor x, InterpolationMode mode, boolean alignCorners, long[] sizes, double... factors) {
    int spatial = sizes.length;
    if (spatial < 1 || spatial > 3 || (mode == InterpolationMode.CUBIC && spatial != 2)) {
      throw ShapeException.mismatch(
          "interpolate",
          mode == InterpolationMode.CUBIC
              ? "[batch, channels, height, width]"
              : "[batch, channels, ...] with 1 to 3 spatial dimensions",
          x.shape());
    }
    boolean aligns = mode == InterpolationMode.LINEAR || mode == InterpolationMode.CUBIC;
    if (alignCorners && !aligns) {
      throw ConfigException.value("interpolate.alignCorners", true, "false for mode " + mode);
    }
    for (int dim = 0; dim < spatial; dim++) {
      if (sizes[dim] < 1 || x.size(2 + dim) < 1) {
        throw ShapeException.mismatch(
            "interpolate",
            "sizes of at least 1 before and after",
            x.shape() + " to " + Arrays.toString(sizes));
      }
    }
    if (mode == InterpolationMode.AREA) {
      return switch (spatial) {
        case 1 -> Poolings.adaptiveAvgPool1d(x, sizes);
        case 2 -> Poolings.adaptiveAvgPool2d(x, sizes);
        default -> Poolings.adaptiveAvgPool3d(x, sizes);
      };
    }
    Tensor result = aligns ? x.to(wide(x.dtype())) : x;
    for (int dim = spatial - 1; dim >= 0; dim--) {
      double factor = factors.length == 0 ? 0 : factors[dim];
      result = along(result, mode, alignCorners, 2 + dim, sizes[dim], factor);
    }
    return result.to(x.dtype());
  }

  /** Sums of products of 16-bit elements are rounded once, at the end. */
  private static DType wide(DType dtype) {
    return dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  }

  private static Tensor along(
      Tensor x, InterpolationMode mode, boolean alignCorners, int dim, long size, double factor) {
    long old = x.size(dim);
    if (mode == InterpolationMode.NEAREST || mode == InterpolationMode.NEAREST_EXACT) {
      // PyTorch computes these places in float32.
      float scale = (float) (factor > 0 ? 1 / factor : (float) old / size);
      float shift = mode == InterpolationMode.NEAREST ? 0 : 0.5f;
      long[] index = new long[Math.toIntExact(size)];
      for (int i = 0; i < index.length; i++) {
        long at =
            mode == InterpolationMode.NEAREST && size == old
                ? i
                : (long) Math.floor((i + shift) * scale);
        index[i] = Math.min(at, old - 1);
      }
      return x.indexSelect(dim, Vision.numbers(x, index));
    }
    double scale = scale(alignCorners, old, size, factor);
    int taps = mode == InterpolationMode.LINEAR ? 2 : 4;
    long[][] index = new long[taps][Math.toIntExact(size)];
    double[][] weight = new double[taps][index[0].length];
    boolean single = x.dtype() != DType.FLOAT64;
    for (int i = 0; i < index[0].length; i++) {
      double at = alignCorners ? scale * i : scale * (i + 0.5) - 0.5;
      if (mode == InterpolationMode.LINEAR) {
        at = Math.max(0, at);
      }
      at = single ? (float) at : at;
      long first = (long) Math.floor(at);
      double part = at - first;
      double[] weights =
          mode == InterpolationMode.LINEAR ? new double[] {1 - part, part} : cubic(part);
      for (int tap = 0; tap < taps; tap++) {
        long place = mode == InterpolationMode.LINEAR ? first + tap : first + tap - 1;
        index[tap][i] = Math.min(Math.max(place, 0), old - 1);
        weight[tap][i] = weights[tap];
      }
    }
    long[] line = new long[x.rank() - dim];
    Arrays.fill(line, 1);
    line[0] = size;
    Tensor sum = null;
    for (int tap = 0; tap < taps; tap++) {
      Tensor part = x.indexSelect(dim, Vision.numbers(x, index[tap]));
      Tensor weights =
          Tensor.of(weight[tap], weight[tap].length).to(x.dtype()).to(x.device()).reshape(line);
      Tensor product = part.mul(weights);
      sum = sum == null ? product : sum.add(product);
    }
    return sum == null ? x : sum;
  }

  private static double scale(boolean alignCorners, long old, long size, double factor) {
    if (alignCorners) {
      return size > 1 ? (double) (old - 1) / (size - 1) : 0;
    }
    return factor > 0 ? 1 / factor : (double) old / size;
  }

  /** Keys' cubic convolution weights of the elements at -1, 0, 1 and 2. */
  static double[] cubic(double at) {
    return new double[] {outer(at + 1), inner(at), inner(1 - at), outer(2 - at)};
  }

  private static double inner(double x) {
    return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  }

  private static double outer(double x) {
    return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
  }
}

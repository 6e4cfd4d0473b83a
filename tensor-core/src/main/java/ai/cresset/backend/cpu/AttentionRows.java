package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * What attention does to rows of scores between its matrix products. Scores are {@code [heads,
 * queries, keys]} tiles of float32 or float64, of which each row has a number of visible keys.
 */
final class AttentionRows {
  private final FloatKernels kernels;

  AttentionRows(FloatKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Replaces scores by probabilities and returns the logarithm of the sum of exponentials.
   *
   * @param visible keys that count; the probability of others is 0
   */
  double softmax(View tile, int row, int visible, double scale, Scratch scratch) {
    int keys = (int) tile.shape().size(2);
    long address = address(tile, row);
    if (tile.dtype() == DType.FLOAT64) {
      double[] x = scratch.doubleRow(0, keys);
      Segments.read(DType.FLOAT64, address, 1, x, 0, keys);
      for (int i = 0; i < visible; i++) {
        x[i] *= scale;
      }
      double logSum = DoubleRows.logSumExp(x, visible);
      for (int i = 0; i < visible; i++) {
        x[i] = StrictMath.exp(x[i] - logSum);
      }
      Arrays.fill(x, visible, keys, 0);
      Segments.write(DType.FLOAT64, x, 0, address, 1, keys);
      return logSum;
    }
    float[] x = scratch.floatRow(0, keys);
    Segments.read(DType.FLOAT32, address, 1, x, 0, keys);
    float factor = (float) scale;
    if (scale < 0) {
      kernels.scaleShift(x, 0, visible, factor, 0);
      factor = 1;
    }
    float largest = kernels.max(x, 0, visible) * factor;
    double sum = 0;
    for (int at = 0; at < visible; at += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, visible - at);
      sum += kernels.exponentials(x, at, count, factor, largest);
    }
    kernels.scaleShift(x, 0, visible, (float) (1 / sum), 0);
    Arrays.fill(x, visible, keys, 0);
    Segments.write(DType.FLOAT32, x, 0, address, 1, keys);
    return (double) largest + FloatMath.log((float) sum);
  }

  /**
   * Replaces scores by probabilities, and the gradients of probabilities by those of raw scores.
   *
   * @param product the inner product of the row's output and its gradient
   */
  void gradient(
      View tile,
      View gradients,
      int row,
      int visible,
      double scale,
      double logSum,
      double product,
      Scratch scratch) {
    int keys = (int) tile.shape().size(2);
    long address = address(tile, row);
    long gradientAddress = address(gradients, row);
    if (tile.dtype() == DType.FLOAT64) {
      double[] p = scratch.doubleRow(0, keys);
      double[] g = scratch.doubleRow(1, keys);
      Segments.read(DType.FLOAT64, address, 1, p, 0, keys);
      Segments.read(DType.FLOAT64, gradientAddress, 1, g, 0, keys);
      for (int i = 0; i < visible; i++) {
        p[i] = StrictMath.exp(p[i] * scale - logSum);
        g[i] = (g[i] - product) * p[i] * scale;
      }
      Arrays.fill(p, visible, keys, 0);
      Arrays.fill(g, visible, keys, 0);
      Segments.write(DType.FLOAT64, p, 0, address, 1, keys);
      Segments.write(DType.FLOAT64, g, 0, gradientAddress, 1, keys);
      return;
    }
    float[] p = scratch.floatRow(0, keys);
    float[] g = scratch.floatRow(1, keys);
    Segments.read(DType.FLOAT32, address, 1, p, 0, keys);
    Segments.read(DType.FLOAT32, gradientAddress, 1, g, 0, keys);
    kernels.exponentials(p, 0, visible, (float) scale, (float) logSum);
    kernels.shiftMultiply(g, 0, visible, (float) product, p, 0);
    kernels.scaleShift(g, 0, visible, (float) scale, 0);
    Arrays.fill(p, visible, keys, 0);
    Arrays.fill(g, visible, keys, 0);
    Segments.write(DType.FLOAT32, p, 0, address, 1, keys);
    Segments.write(DType.FLOAT32, g, 0, gradientAddress, 1, keys);
  }

  /** The inner product of a row of each of two {@code [1, rows, size]} views. */
  double dot(View left, View right, int row, Scratch scratch) {
    int size = (int) left.shape().size(2);
    if (left.dtype() == DType.FLOAT64) {
      double[] a = scratch.doubleRow(0, size);
      double[] b = scratch.doubleRow(1, size);
      Segments.read(DType.FLOAT64, address(left, row), 1, a, 0, size);
      Segments.read(DType.FLOAT64, address(right, row), 1, b, 0, size);
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
    float[] a = scratch.floatRow(0, size);
    float[] b = scratch.floatRow(1, size);
    Segments.read(DType.FLOAT32, address(left, row), 1, a, 0, size);
    Segments.read(DType.FLOAT32, address(right, row), 1, b, 0, size);
    return kernels.dot(a, 0, b, 0, size);
  }

  private static long address(View view, int row) {
    return view.address() + row * view.strides().stride(1) * view.dtype().bytes();
  }
}

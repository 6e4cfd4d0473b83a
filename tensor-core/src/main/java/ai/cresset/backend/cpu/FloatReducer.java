package ai.cresset.backend.cpu;

import ai.cresset.backend.Reduction;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * Float32 reductions. Blocks are summed in float32 lanes and block sums in float64, columns in two
 * levels of float32; so the error hardly grows with the number of elements.
 */
final class FloatReducer extends Reducer {
  /** Rows after which a column's sum is moved to the second level. */
  private static final int LEVEL = 64;

  private final Reduction reduction;
  private final FloatKernels kernels;
  private final double[] slots;
  private float[] first = new float[0];
  private float[] second = new float[0];
  private int rowsInFirst;

  FloatReducer(Reduction reduction, FloatKernels kernels, int slots) {
    this(reduction, kernels, new double[slots]);
    Arrays.fill(this.slots, DoubleReducer.identity(reduction));
  }

  private FloatReducer(Reduction reduction, FloatKernels kernels, double[] slots) {
    this.reduction = reduction;
    this.kernels = kernels;
    this.slots = slots;
  }

  @Override
  Reducer sharing() {
    return new FloatReducer(reduction, kernels, slots);
  }

  @Override
  void foldRows(
      int slot, int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    float[] x = scratch.floatRow(0, Scratch.BLOCK);
    ConvertedSegments.read(dtype, address, stride, x, 0, rows * length, scratch);
    for (int row = 0; row < rows; row++) {
      double so = slots[slot + row];
      slots[slot + row] = foldRow(so, x, row * length, length);
    }
  }

  private double foldRow(double so, float[] x, int at, int length) {
    return switch (reduction) {
      case SUM -> so + kernels.sum(x, at, length);
      case SUM_SQUARES -> so + kernels.sumSquares(x, at, length, 0);
      case MAX -> Math.max(so, kernels.max(x, at, length));
      case MIN, PROD, ANY, ALL -> {
        double result = so;
        for (int i = at; i < at + length; i++) {
          result = DoubleReducer.combine(reduction, result, x[i]);
        }
        yield result;
      }
    };
  }

  @Override
  void beginColumns(int length, Scratch scratch) {
    first = scratch.floatRow(1, length);
    second = scratch.floatRow(2, length);
    float identity = (float) DoubleReducer.identity(reduction);
    Arrays.fill(first, 0, length, identity);
    Arrays.fill(second, 0, length, identity);
    rowsInFirst = 0;
  }

  @Override
  void foldColumns(int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    float[] x = scratch.floatRow(0, Scratch.BLOCK);
    ConvertedSegments.read(dtype, address, stride, x, 0, rows * length, scratch);
    for (int row = 0; row < rows; row++) {
      foldColumnsRow(x, row * length, length);
    }
  }

  private void foldColumnsRow(float[] x, int at, int length) {
    switch (reduction) {
      case SUM -> kernels.accumulate(x, at, first, 0, length);
      case SUM_SQUARES -> kernels.accumulateSquares(x, at, first, 0, length);
      case MAX -> {
        for (int i = 0; i < length; i++) {
          first[i] = Math.max(first[i], x[at + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < length; i++) {
          first[i] = Math.min(first[i], x[at + i]);
        }
      }
      case PROD, ANY, ALL -> {
        for (int i = 0; i < length; i++) {
          first[i] = (float) DoubleReducer.combine(reduction, first[i], x[at + i]);
        }
      }
    }
    boolean sums = reduction == Reduction.SUM || reduction == Reduction.SUM_SQUARES;
    if (sums && ++rowsInFirst == LEVEL) {
      kernels.accumulate(first, 0, second, 0, length);
      Arrays.fill(first, 0, length, 0);
      rowsInFirst = 0;
    }
  }

  @Override
  void endColumns(int slot, int length) {
    for (int i = 0; i < length; i++) {
      double column = DoubleReducer.merge(reduction, second[i], first[i]);
      slots[slot + i] = DoubleReducer.merge(reduction, slots[slot + i], column);
    }
  }

  @Override
  void merge(int into, int from) {
    slots[into] = DoubleReducer.merge(reduction, slots[into], slots[from]);
  }

  @Override
  void store(int slot, DType dtype, long address, Scratch scratch) {
    ConvertedSegments.write(slots, slot, dtype, address, 1, 1, scratch);
  }
}

package ai.cresset.backend.cpu;

import ai.cresset.backend.Reduction;
import ai.cresset.type.DType;
import java.util.Arrays;

/** Float64 reductions. */
final class DoubleReducer extends Reducer {
  private final Reduction reduction;
  private final double[] slots;
  private double[] columns = new double[0];

  DoubleReducer(Reduction reduction, int slots) {
    this(reduction, new double[slots]);
    Arrays.fill(this.slots, identity(reduction));
  }

  private DoubleReducer(Reduction reduction, double[] slots) {
    this.reduction = reduction;
    this.slots = slots;
  }

  @Override
  Reducer sharing() {
    return new DoubleReducer(reduction, slots);
  }

  static double identity(Reduction reduction) {
    return switch (reduction) {
      case SUM, SUM_SQUARES, ANY -> 0;
      case PROD, ALL -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Folds an element into a result. */
  static double combine(Reduction reduction, double so, double x) {
    return switch (reduction) {
      case SUM -> so + x;
      case SUM_SQUARES -> Math.fma(x, x, so);
      case PROD -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      case ANY -> so != 0 || x != 0 ? 1 : 0;
      case ALL -> so != 0 && x != 0 ? 1 : 0;
    };
  }

  /** Folds a result into a result. */
  static double merge(Reduction reduction, double so, double other) {
    return reduction == Reduction.SUM_SQUARES ? so + other : combine(reduction, so, other);
  }

  @Override
  void foldRows(
      int slot, int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    double[] x = scratch.doubleRow(0, Scratch.BLOCK);
    ConvertedSegments.read(dtype, address, stride, x, 0, rows * length, scratch);
    for (int row = 0; row < rows; row++) {
      double block = identity(reduction);
      for (int i = row * length; i < (row + 1) * length; i++) {
        block = combine(reduction, block, x[i]);
      }
      slots[slot + row] = merge(reduction, slots[slot + row], block);
    }
  }

  @Override
  void beginColumns(int length, Scratch scratch) {
    columns = scratch.doubleRow(1, length);
    Arrays.fill(columns, 0, length, identity(reduction));
  }

  @Override
  void foldColumns(int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    double[] x = scratch.doubleRow(0, Scratch.BLOCK);
    ConvertedSegments.read(dtype, address, stride, x, 0, rows * length, scratch);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < length; i++) {
        columns[i] = combine(reduction, columns[i], x[row * length + i]);
      }
    }
  }

  @Override
  void endColumns(int slot, int length) {
    for (int i = 0; i < length; i++) {
      slots[slot + i] = merge(reduction, slots[slot + i], columns[i]);
    }
  }

  @Override
  void merge(int into, int from) {
    slots[into] = merge(reduction, slots[into], slots[from]);
  }

  @Override
  void store(int slot, DType dtype, long address, Scratch scratch) {
    ConvertedSegments.write(slots, slot, dtype, address, 1, 1, scratch);
  }
}

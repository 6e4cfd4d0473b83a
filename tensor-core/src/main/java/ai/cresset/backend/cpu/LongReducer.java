package ai.cresset.backend.cpu;

import ai.cresset.backend.Reduction;
import ai.cresset.type.DType;
import java.util.Arrays;

/** Reductions of integers and booleans in int64; overflow wraps around. */
final class LongReducer extends Reducer {
  private final Reduction reduction;
  private final long[] slots;
  private long[] columns = new long[0];

  LongReducer(Reduction reduction, int slots) {
    this(reduction, new long[slots]);
    Arrays.fill(this.slots, identity(reduction));
  }

  private LongReducer(Reduction reduction, long[] slots) {
    this.reduction = reduction;
    this.slots = slots;
  }

  @Override
  Reducer sharing() {
    return new LongReducer(reduction, slots);
  }

  private static long identity(Reduction reduction) {
    return switch (reduction) {
      case SUM, SUM_SQUARES, ANY -> 0;
      case PROD, ALL -> 1;
      case MAX -> Long.MIN_VALUE;
      case MIN -> Long.MAX_VALUE;
    };
  }

  private static long combine(Reduction reduction, long so, long x) {
    return switch (reduction) {
      case SUM -> so + x;
      case SUM_SQUARES -> so + x * x;
      case PROD -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      case ANY -> so != 0 || x != 0 ? 1 : 0;
      case ALL -> so != 0 && x != 0 ? 1 : 0;
    };
  }

  private static long merge(Reduction reduction, long so, long other) {
    return reduction == Reduction.SUM_SQUARES ? so + other : combine(reduction, so, other);
  }

  @Override
  void foldRows(
      int slot, int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    long[] x = scratch.longRegisters(1)[0];
    ConvertedSegments.read(dtype, address, stride, x, 0, rows * length, scratch);
    for (int row = 0; row < rows; row++) {
      for (int i = row * length; i < (row + 1) * length; i++) {
        slots[slot + row] = combine(reduction, slots[slot + row], x[i]);
      }
    }
  }

  @Override
  void beginColumns(int length, Scratch scratch) {
    columns = scratch.longRegisters(2)[1];
    Arrays.fill(columns, 0, length, identity(reduction));
  }

  @Override
  void foldColumns(int rows, int length, DType dtype, long address, long stride, Scratch scratch) {
    long[] x = scratch.longRegisters(1)[0];
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

package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;

/** Rows with lengths of their own: growing values, and offsets that say where each row begins. */
final class VariableColumnBuffer extends ColumnBuffer implements AutoCloseable {
  private final Allocator allocator;
  private final int initialRows;
  private final int elementBytes;
  private Storage values;
  private Storage offsets;
  private long usedBytes;
  private int rows;

  VariableColumnBuffer(Column column, Allocator allocator, int initialRows) {
    super(column);
    this.allocator = allocator;
    this.initialRows = initialRows;
    this.elementBytes = column.type().dtype().bytes();
    this.values = allocator.allocate(initialValueBytes());
    this.offsets = newOffsets();
  }

  private long initialValueBytes() {
    return 16L * initialRows;
  }

  private Storage newOffsets() {
    Storage fresh = allocator.allocate(4L * (initialRows + 1));
    NativeMemory.putInt(fresh.address(), 0);
    return fresh;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return usedBytes;
  }

  @Override
  public long nextRow(int elements) {
    long end = usedBytes + (long) elements * elementBytes;
    if (end / elementBytes > Integer.MAX_VALUE) {
      throw DataException.because(
          "column '"
              + column().name()
              + "': more than 2147483647 elements in one batch; use smaller batches");
    }
    if (end > values.bytes()) {
      values = grown(values, usedBytes, end);
    }
    if (4L * (rows + 2) > offsets.bytes()) {
      offsets = grown(offsets, 4L * (rows + 1), 4L * (rows + 2));
    }
    long address = values.address() + usedBytes;
    usedBytes = end;
    rows++;
    NativeMemory.putInt(offsets.address() + 4L * rows, (int) (end / elementBytes));
    return address;
  }

  private Storage grown(Storage full, long used, long atLeast) {
    Storage larger = allocator.allocate(Math.max(atLeast, 2 * full.bytes()));
    NativeMemory.copy(full.address(), larger.address(), used);
    full.release();
    return larger;
  }

  @Override
  void clear() {
    usedBytes = 0;
    rows = 0;
  }

  /** The rows as a slice that shares the memory. */
  ColumnSlice view() {
    return new ColumnSlice(column(), rows, values.retain(), offsets.retain());
  }

  /** Hands out the rows with their memory and starts anew. */
  ColumnSlice take() {
    ColumnSlice taken = new ColumnSlice(column(), rows, values, offsets);
    values = allocator.allocate(Math.max(initialValueBytes(), usedBytes));
    offsets = newOffsets();
    clear();
    return taken;
  }

  @Override
  public void close() {
    values.release();
    offsets.release();
  }
}

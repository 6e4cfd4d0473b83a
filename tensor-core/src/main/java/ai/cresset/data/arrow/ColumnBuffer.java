package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that collects the rows of one column. Readers ask for the address of the next rows
 * and write there. Confined to one thread.
 */
public final class ColumnBuffer implements AutoCloseable {
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE;

  private final Column column;
  private final Allocator allocator;
  private final int initialRows;
  private final int elementBytes;
  private final long fixedRowBytes;
  private @Nullable Storage values;
  private @Nullable Storage offsets;
  private long valuesAddress;
  private long valuesCapacity;
  private long offsetsAddress;
  private int offsetsCapacity;
  private long usedBytes;
  private int rows;

  ColumnBuffer(Column column, Allocator allocator, int initialRows) {
    this.column = column;
    this.allocator = allocator;
    this.initialRows = initialRows;
    this.elementBytes = column.type().dtype().bytes();
    this.fixedRowBytes = column.type().isFixed() ? column.type().rowBytes() : 0;
  }

  public Column column() {
    return column;
  }

  /** Rows collected so far. */
  public int rows() {
    return rows;
  }

  /** Bytes collected so far. */
  public long bytes() {
    return usedBytes;
  }

  /** Where to write the next {@code count} rows of a fixed form, which count as written. */
  public long nextRows(int count) {
    long bytes = count * fixedRowBytes;
    long end = usedBytes + bytes;
    if (end > valuesCapacity) {
      growValues(Math.max(end, initialRows * fixedRowBytes));
    }
    long address = valuesAddress + usedBytes;
    usedBytes = end;
    rows += count;
    return address;
  }

  /** Where to write the next row of a variable form, which counts as written. */
  public long nextRow(int elements) {
    long bytes = (long) elements * elementBytes;
    long end = usedBytes + bytes;
    if (end / elementBytes > MOST_ELEMENTS) {
      throw DataException.because(
          "column '"
              + column.name()
              + "': more than 2^31 - 1 elements in one batch; use smaller"
              + " batches");
    }
    if (end > valuesCapacity || values == null) {
      growValues(Math.max(end, 16L * initialRows));
    }
    if (rows + 2 > offsetsCapacity) {
      growOffsets();
    }
    long address = valuesAddress + usedBytes;
    usedBytes = end;
    rows++;
    NativeMemory.putInt(offsetsAddress + 4L * rows, (int) (end / elementBytes));
    return address;
  }

  private void growValues(long atLeast) {
    long bytes = Math.max(atLeast, 2 * valuesCapacity);
    Storage larger = allocator.allocate(bytes);
    if (values != null) {
      NativeMemory.copy(valuesAddress, larger.address(), usedBytes);
      values.release();
    }
    values = larger;
    valuesAddress = larger.address();
    valuesCapacity = bytes;
  }

  private void growOffsets() {
    int capacity = Math.max(initialRows + 1, 2 * offsetsCapacity);
    Storage larger = allocator.allocate(4L * capacity);
    if (offsets == null) {
      NativeMemory.putInt(larger.address(), 0);
    } else {
      NativeMemory.copy(offsetsAddress, larger.address(), 4L * (rows + 1));
      offsets.release();
    }
    offsets = larger;
    offsetsAddress = larger.address();
    offsetsCapacity = capacity;
  }

  /** Forgets the rows, keeps the memory. */
  void clear() {
    usedBytes = 0;
    rows = 0;
  }

  /** The rows as a slice that shares the memory. */
  ColumnSlice view() {
    reserve();
    Storage shown = held(values).retain();
    return new ColumnSlice(column, rows, shown, offsets == null ? null : offsets.retain());
  }

  /** Hands out the rows with their memory and starts anew. */
  ColumnSlice take() {
    reserve();
    ColumnSlice taken = new ColumnSlice(column, rows, held(values), offsets);
    values = null;
    offsets = null;
    valuesCapacity = 0;
    offsetsCapacity = 0;
    clear();
    return taken;
  }

  private void reserve() {
    if (values == null) {
      growValues(Math.max(1, column.type().isFixed() ? initialRows * fixedRowBytes : initialRows));
    }
    if (!column.type().isFixed() && offsets == null) {
      growOffsets();
    }
  }

  private static Storage held(@Nullable Storage storage) {
    if (storage == null) {
      throw new IllegalStateException("reserve comes first");
    }
    return storage;
  }

  @Override
  public void close() {
    if (values != null) {
      values.release();
      values = null;
    }
    if (offsets != null) {
      offsets.release();
      offsets = null;
    }
    valuesCapacity = 0;
    offsetsCapacity = 0;
    clear();
  }
}

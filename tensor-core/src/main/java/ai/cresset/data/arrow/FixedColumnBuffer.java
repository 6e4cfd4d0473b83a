package ai.cresset.data.arrow;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Rows of equal length, in a region of the block that all fixed columns of a batch share: one
 * allocation a batch, however many columns.
 */
final class FixedColumnBuffer extends ColumnBuffer {
  private final long offset;
  private final long rowBytes;
  private final int capacity;
  private long address;
  private int rows;

  /**
   * A region.
   *
   * @param offset where it begins in the block
   * @param capacity rows it has room for
   */
  FixedColumnBuffer(Column column, long offset, int capacity) {
    super(column);
    this.offset = offset;
    this.rowBytes = column.type().rowBytes();
    this.capacity = capacity;
  }

  /** Starts anew in another block. */
  void attach(Storage block) {
    address = block.address() + offset;
    rows = 0;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return rows * rowBytes;
  }

  @Override
  public long nextRows(int count) {
    if (count > capacity - rows) {
      throw new IllegalStateException(
          "column " + column() + " has room for " + capacity + " rows, and they are full");
    }
    long next = address + rows * rowBytes;
    rows += count;
    return next;
  }

  @Override
  void clear() {
    rows = 0;
  }

  /** The rows as a slice that shares the block. */
  ColumnSlice slice(ArrowBuf block, Allocator allocator) {
    return new ColumnSlice(column(), rows, allocator.share(block.slice(offset, bytes())), null);
  }
}

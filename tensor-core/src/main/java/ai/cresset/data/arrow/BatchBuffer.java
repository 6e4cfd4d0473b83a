package ai.cresset.data.arrow;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects rows column by column until there are enough for a batch. Confined to one thread.
 *
 * <p>It is {@link #isFull} at {@code maxRows} rows or, when columns are of variable form, at {@code
 * maxBytes} bytes, whichever comes first; one row may go beyond.
 */
public final class BatchBuffer implements AutoCloseable {
  private final DatasetSchema schema;
  private final List<ColumnBuffer> columns = new ArrayList<>();
  private final int maxRows;
  private final long maxBytes;
  private final boolean variable;

  /**
   * An empty buffer.
   *
   * @param maxRows rows of a batch at most
   * @param maxBytes bytes of a batch at most; fewer rows fit into a batch when they are large
   */
  public BatchBuffer(DatasetSchema schema, Allocator allocator, int maxRows, long maxBytes) {
    if (maxRows < 1) {
      throw ConfigException.value("maxRows", maxRows, "at least 1");
    }
    if (maxBytes < 1 || maxBytes > 1L << 30) {
      throw ConfigException.value("maxBytes", maxBytes, "1 to 1073741824");
    }
    this.schema = schema;
    long fixed = Math.max(1, schema.fixedRowBytes());
    this.maxRows = (int) Math.max(1, Math.min(maxRows, maxBytes / fixed));
    this.maxBytes = maxBytes;
    this.variable = schema.columns().stream().anyMatch(column -> !column.type().isFixed());
    for (Column column : schema.columns()) {
      int initial = column.type().isFixed() ? this.maxRows : Math.min(this.maxRows, 4096);
      columns.add(new ColumnBuffer(column, allocator, initial));
    }
  }

  public DatasetSchema schema() {
    return schema;
  }

  /** Where the rows of this column go. */
  public ColumnBuffer column(int index) {
    return columns.get(index);
  }

  /** Rows collected, which after each row are equal in all columns. */
  public int rows() {
    return columns.get(0).rows();
  }

  /** How many further rows fit at most. */
  public int freeRows() {
    return Math.max(0, maxRows - rows());
  }

  /** Whether it is time for {@link #take} or {@link #clear}. */
  public boolean isFull() {
    return rows() >= maxRows || (variable && bytes() >= maxBytes);
  }

  private long bytes() {
    long bytes = 0;
    for (ColumnBuffer column : columns) {
      bytes += column.bytes();
    }
    return bytes;
  }

  /** The rows as a batch that shares this buffer's memory until {@link #clear}. */
  public ColumnBatch view() {
    return batch(columns.stream().map(ColumnBuffer::view).toList());
  }

  /** Hands out the rows with their memory and starts anew. */
  public ColumnBatch take() {
    return batch(columns.stream().map(ColumnBuffer::take).toList());
  }

  private ColumnBatch batch(List<ColumnSlice> slices) {
    int rows = slices.get(0).rows();
    ColumnBatch batch = new ColumnBatch(schema, rows, slices);
    for (ColumnSlice slice : slices) {
      if (slice.rows() != rows) {
        batch.close();
        throw new IllegalStateException(
            "column " + slice.column() + " has " + slice.rows() + " rows, others have " + rows);
      }
    }
    return batch;
  }

  /** Forgets the rows, keeps the memory. */
  public void clear() {
    columns.forEach(ColumnBuffer::clear);
  }

  @Override
  public void close() {
    columns.forEach(ColumnBuffer::close);
  }
}

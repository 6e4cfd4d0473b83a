package ai.cresset.data.arrow;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Collects rows column by column until there are enough for a batch. Confined to one thread.
 *
 * <p>It is {@link #isFull} at {@code maxRows} rows or, when columns are of variable form, at {@code
 * maxBytes} bytes, whichever comes first; one row may go beyond.
 */
public final class BatchBuffer implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final DatasetSchema schema;
  private final Allocator allocator;
  private final List<ColumnBuffer> columns = new ArrayList<>();
  private final List<FixedColumnBuffer> fixed = new ArrayList<>();
  private final List<VariableColumnBuffer> variable = new ArrayList<>();
  private final int maxRows;
  private final long maxBytes;
  private final long blockBytes;
  private Storage block;

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
    this.allocator = allocator;
    this.maxBytes = maxBytes;
    long rowBytes = Math.max(1, schema.fixedRowBytes());
    this.maxRows = (int) Math.max(1, Math.min(maxRows, maxBytes / rowBytes));
    long end = 0;
    for (Column column : schema.columns()) {
      if (column.type().isFixed()) {
        FixedColumnBuffer buffer = new FixedColumnBuffer(column, end, this.maxRows);
        fixed.add(buffer);
        columns.add(buffer);
        long bytes = column.type().rowBytes() * this.maxRows;
        end += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      } else {
        VariableColumnBuffer buffer =
            new VariableColumnBuffer(column, allocator, Math.min(this.maxRows, 4096));
        variable.add(buffer);
        columns.add(buffer);
      }
    }
    this.blockBytes = end;
    this.block = newBlock();
  }

  private Storage newBlock() {
    Storage fresh = allocator.allocate(blockBytes);
    fixed.forEach(column -> column.attach(fresh));
    return fresh;
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
    return rows() >= maxRows || (!variable.isEmpty() && bytes() >= maxBytes);
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
    return batch(false);
  }

  /** Hands out the rows with their memory and starts anew. */
  public ColumnBatch take() {
    ColumnBatch batch = batch(true);
    block.release(); // the slices hold it
    block = newBlock();
    return batch;
  }

  private ColumnBatch batch(boolean take) {
    int rows = rows();
    for (ColumnBuffer column : columns) {
      if (column.rows() != rows) {
        throw new IllegalStateException(
            "column "
                + column.column()
                + " has "
                + column.rows()
                + " rows, the first one has "
                + rows);
      }
    }
    ArrowBuf memory = block.buffer();
    if (memory == null) {
      throw new IllegalStateException("allocators give Arrow buffers");
    }
    List<ColumnSlice> slices = new ArrayList<>();
    for (ColumnBuffer column : columns) {
      if (column instanceof FixedColumnBuffer region) {
        slices.add(region.slice(memory, allocator));
      } else if (column instanceof VariableColumnBuffer growing) {
        slices.add(take ? growing.take() : growing.view());
      }
    }
    return new ColumnBatch(schema, rows, slices);
  }

  /** Forgets the rows, keeps the memory. */
  public void clear() {
    columns.forEach(ColumnBuffer::clear);
  }

  @Override
  public void close() {
    block.release();
    variable.forEach(VariableColumnBuffer::close);
  }
}

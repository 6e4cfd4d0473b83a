package ai.cresset.data.arrow;

import java.util.List;

/** Some rows, column by column, in native memory. Closed by whoever holds it. */
public final class ColumnBatch implements AutoCloseable {
  private final DatasetSchema schema;
  private final int rows;
  private final List<ColumnSlice> columns;
  private boolean closed;

  ColumnBatch(DatasetSchema schema, int rows, List<ColumnSlice> columns) {
    this.schema = schema;
    this.rows = rows;
    this.columns = List.copyOf(columns);
  }

  public DatasetSchema schema() {
    return schema;
  }

  public int rows() {
    return rows;
  }

  /** The column at this place of the schema. */
  public ColumnSlice column(int index) {
    return columns.get(index);
  }

  /** The column of this name. */
  public ColumnSlice column(String name) {
    return columns.get(schema.indexOf(name));
  }

  /** Bytes of the rows. */
  public long bytes() {
    return columns.stream().mapToLong(ColumnSlice::valueBytes).sum();
  }

  /** Releases the storages of all columns. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      columns.forEach(ColumnSlice::release);
    }
  }
}

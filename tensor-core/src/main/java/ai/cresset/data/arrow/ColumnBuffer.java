package ai.cresset.data.arrow;

/**
 * Native memory that collects the rows of one column. Readers ask for the address of the next rows
 * and write there. Confined to one thread.
 */
public abstract class ColumnBuffer {
  private final Column column;

  ColumnBuffer(Column column) {
    this.column = column;
  }

  public final Column column() {
    return column;
  }

  /** Rows collected so far. */
  public abstract int rows();

  /** Bytes collected so far. */
  public abstract long bytes();

  /** Where to write the next {@code count} rows, which count as written. Fixed forms only. */
  public long nextRows(int count) {
    throw new IllegalStateException("rows of column " + column + " have lengths of their own");
  }

  /** Where to write the next row, which counts as written. Variable forms only. */
  public long nextRow(int elements) {
    throw new IllegalStateException("all rows of column " + column + " have the same length");
  }

  /** Forgets the rows, keeps the memory. */
  abstract void clear();
}

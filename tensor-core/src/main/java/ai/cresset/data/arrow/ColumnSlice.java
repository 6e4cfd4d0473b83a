package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one column within one batch, in native memory. The storages belong to the batch;
 * whoever needs them longer retains them.
 */
public final class ColumnSlice {
  private final Column column;
  private final int rows;
  private final Storage values;
  private final @Nullable Storage offsets;

  /**
   * A column's rows; takes over one reference of each storage.
   *
   * @param values the elements of all rows, row after row
   * @param offsets for variable forms {@code rows + 1} numbers of type int32: where each row starts
   *     in {@code values}, in elements
   */
  ColumnSlice(Column column, int rows, Storage values, @Nullable Storage offsets) {
    this.column = column;
    this.rows = rows;
    this.values = values;
    this.offsets = offsets;
  }

  public Column column() {
    return column;
  }

  public int rows() {
    return rows;
  }

  /** The elements of all rows, row after row: {@code [rows, length]} for fixed forms. */
  public Storage values() {
    return values;
  }

  /** The bytes that the rows take in {@link #values}, without what may follow them. */
  public long valueBytes() {
    return offsets == null
        ? rows * column.type().rowBytes()
        : (long) offset(rows) * column.type().dtype().bytes();
  }

  /** Row starts, int32 {@code [rows + 1]}, counted in elements. Variable forms only. */
  public Storage offsets() {
    if (offsets == null) {
      throw new IllegalStateException("column " + column + " has no offsets");
    }
    return offsets;
  }

  /** The address of the first element of {@code row}. */
  public long address(int row) {
    checkRow(row);
    return offsets == null
        ? values.address() + row * column.type().rowBytes()
        : values.address() + (long) offset(row) * column.type().dtype().bytes();
  }

  /** Elements of {@code row}. */
  public int length(int row) {
    checkRow(row);
    return offsets == null ? column.type().length() : offset(row + 1) - offset(row);
  }

  private int offset(int row) {
    return NativeMemory.getInt(offsets().address() + 4L * row);
  }

  private void checkRow(int row) {
    if (row < 0 || row >= rows) {
      throw DataException.because(
          "column '" + column.name() + "' has rows 0 to " + (rows - 1) + " here, asked for " + row);
    }
  }

  void release() {
    values.release();
    if (offsets != null) {
      offsets.release();
    }
  }
}

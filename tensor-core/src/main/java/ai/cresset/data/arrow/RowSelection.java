package ai.cresset.data.arrow;

import ai.cresset.memory.NativeMemory;

/** Rows of a data set in some order, located once, then gathered column by column. */
public final class RowSelection {
  private final DatasetReader reader;
  private final ColumnBatch[] batches;
  private final int[] rows;

  /** Takes over both arrays: row i is {@code rows[i]} of {@code batches[i]}. */
  RowSelection(DatasetReader reader, ColumnBatch[] batches, int[] rows) {
    this.reader = reader;
    this.batches = batches;
    this.rows = rows;
  }

  /** How many rows. */
  public int size() {
    return rows.length;
  }

  /** Where the first element of row {@code i} is in a column. */
  public long address(int column, int i) {
    return batches[i].column(column).address(rows[i]);
  }

  /** Elements of row {@code i} in a column. */
  public int length(int column, int i) {
    return batches[i].column(column).length(rows[i]);
  }

  /** Copies the rows of a column of fixed form to {@code address}: {@code [size, length]}. */
  public void gather(int column, long address) {
    long rowBytes = reader.fixed(column).rowBytes();
    int count = rows.length;
    int i = 0;
    while (i < count) {
      ColumnBatch batch = batches[i];
      long base = batch.column(column).values().address();
      int row = rows[i];
      int run = 1;
      while (i + run < count && batches[i + run] == batch && rows[i + run] == row + run) {
        run++; // neighbours are copied at once
      }
      copy(base + row * rowBytes, address + i * rowBytes, run * rowBytes);
      i += run;
    }
  }

  private static void copy(long from, long to, long bytes) {
    if (bytes == 4) {
      NativeMemory.putInt(to, NativeMemory.getInt(from));
    } else if (bytes == 8) {
      NativeMemory.putLong(to, NativeMemory.getLong(from));
    } else {
      NativeMemory.copy(from, to, bytes);
    }
  }
}

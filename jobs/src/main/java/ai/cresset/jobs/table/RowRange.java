package ai.cresset.jobs.table;

import java.io.Serializable;

/**
 * What one task reads: a file, or the lines of a part of it.
 *
 * @param file its index
 * @param begin the first byte
 * @param end the byte after the last one
 * @param whole whether that is all of the file
 * @param rowsBefore rows of the file that stand before, the header not counted
 */
record RowRange(int file, long begin, long end, boolean whole, int rowsBefore)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  RowRange withRowsBefore(int rows) {
    return new RowRange(file, begin, end, whole, rows);
  }

  /** Whether the file's header is in it. */
  boolean hasHeader() {
    return begin == 0;
  }
}

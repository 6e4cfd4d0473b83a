package ai.cresset.jobs.table;

import java.io.Closeable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, the names of its columns first; missing values are null. One row is read
 * ahead.
 */
@NullUnmarked
abstract sealed class TableRows implements Iterator<String[]>, Closeable
    permits CsvRows, JsonRows, ParquetRows {
  private String[] next;

  /** Reads a row; null after the last one. */
  abstract String @Nullable [] parse();

  /** The names of the columns, once they are known; null for a file without any. */
  final void begin(String @Nullable [] names) {
    next = names;
  }

  /** What is wrong with the last row beside its length, after its number; empty for nothing. */
  String problem() {
    return "";
  }

  /** What to do about rows that cannot be used. */
  String advice() {
    return "mend it";
  }

  @Override
  public final boolean hasNext() {
    return next != null;
  }

  @Override
  public String[] next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    String[] row = next;
    next = parse();
    return row;
  }
}

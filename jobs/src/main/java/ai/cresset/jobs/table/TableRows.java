package ai.cresset.jobs.table;

import java.io.Closeable;
import java.util.Iterator;
import org.jspecify.annotations.NullUnmarked;

/** The rows of a file, the names of its columns first; missing values are null. */
@NullUnmarked
sealed interface TableRows extends Iterator<String[]>, Closeable
    permits CsvRows, JsonRows, ParquetRows {
  /** What is wrong with the last row beside its length, after its number; empty for nothing. */
  default String problem() {
    return "";
  }

  /** What to do about rows that cannot be used. */
  default String advice() {
    return "mend it";
  }
}

package ai.cresset.jobs.table;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A row of a CSV file.
 *
 * @param number in its file, from 1, the header not counted
 * @param values of the columns; null for missing ones
 */
record TableRow(int number, @Nullable String[] values) implements Serializable {
  private static final long serialVersionUID = 1L;
}

package ai.cresset.jobs.table;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A row of a CSV file.
 *
 * @param number in its file, from 1, the header not counted
 * @param values of the columns; null for missing ones
 * @param problem why it cannot be used; empty if it can
 */
record TableRow(int number, @Nullable String[] values, String problem) implements Serializable {
  private static final long serialVersionUID = 1L;

  boolean isUsable() {
    return problem.isEmpty();
  }
}

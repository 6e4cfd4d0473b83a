package ai.cresset.jobs.rows;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A row of a file.
 *
 * @param file its name
 * @param number of the row in its file, from 1, a header not counted
 * @param fits whether it has the form of the others; a row that has not has no values to rely on
 * @param values of the columns that were asked for; null for missing ones
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
public record FileRow(String file, long number, boolean fits, @Nullable String[] values)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where it stands, in words. */
  public String place() {
    return file + ": row " + number;
  }
}

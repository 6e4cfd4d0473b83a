package ai.cresset.jobs.series;

import java.io.Serializable;

/**
 * A row of the files.
 *
 * @param series which it is of; empty if there is one alone
 * @param file its name
 * @param number of the row in its file, from 1
 * @param time on the recipe's grid
 * @param values targets, NaN where there is none, then what is known ahead
 * @param problem why it cannot be used; empty if it can
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record SeriesRow(
    String series, String file, long number, long time, double[] values, String problem)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where it stands, in words. */
  String place() {
    return file + ": row " + number;
  }
}

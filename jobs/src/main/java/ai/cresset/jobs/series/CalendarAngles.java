package ai.cresset.jobs.series;

import ai.cresset.jobs.recipe.SeriesDataSettings.Calendar;

/** Where a date stands on the circles of day, week and year: sines and cosines of two harmonics. */
final class CalendarAngles {
  /** Numbers for each circle. */
  static final int FEATURES = 4;

  private static final double DAY = 86_400;
  private static final double YEAR = 365.2425 * DAY;

  private CalendarAngles() {}

  /**
   * Writes the numbers of a circle.
   *
   * @param time in seconds of the epoch
   */
  static void write(Calendar calendar, long time, float[] to, int at) {
    double period =
        switch (calendar) {
          case DAY -> DAY;
          case WEEK -> 7 * DAY;
          case YEAR -> YEAR;
        };
    double angle = 2 * Math.PI * (time / period - Math.floor(time / period));
    to[at] = (float) StrictMath.sin(angle);
    to[at + 1] = (float) StrictMath.cos(angle);
    to[at + 2] = (float) StrictMath.sin(2 * angle);
    to[at + 3] = (float) StrictMath.cos(2 * angle);
  }
}

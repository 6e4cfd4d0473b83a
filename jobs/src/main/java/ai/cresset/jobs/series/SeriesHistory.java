package ai.cresset.jobs.series;

import java.io.Serializable;

/**
 * One series on its grid of times, without holes.
 *
 * @param name of the series
 * @param begin its first time
 * @param step between times
 * @param targets how many quantities there are
 * @param observed steps that have their targets; later ones have only what is known ahead
 * @param values row after row: targets, then what is known ahead
 * @param absent how many steps before each one, and in all, had no row and may be in no window;
 *     empty where none is left out
 * @param tally what was found on the way
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record SeriesHistory(
    String name,
    long begin,
    long step,
    int targets,
    int observed,
    double[][] values,
    int[] absent,
    SeriesTally tally)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The time of a step. */
  long time(int at) {
    return begin + at * step;
  }

  /** The first step whose time is not before this one, from 0. */
  int at(long time) {
    long steps = Math.floorDiv(time - begin + step - 1, step);
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, steps));
  }

  /** Whether every step from one to before another had a row, as far as that matters. */
  boolean isWhole(int from, int to) {
    return absent.length == 0 || absent[to] == absent[from];
  }
}

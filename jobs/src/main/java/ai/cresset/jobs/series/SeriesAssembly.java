package ai.cresset.jobs.series;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.SeriesDataSettings;
import ai.cresset.jobs.recipe.SeriesDataSettings.Gaps;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes a series of its rows: in order, each time once, without holes.
 *
 * @param settings what to do about what is wrong
 * @param grid of the times
 */
record SeriesAssembly(SeriesDataSettings settings, TimeGrid grid) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A series that is being made. */
  private final class Draft {
    private final List<String> problems = new ArrayList<>();
    private long skipped;
    private long repeated;
    private long unordered;
    private long missing;

    /** What cannot be used is an error, or counted. */
    private void leaveOut(SeriesRow row, String problem) {
      if (settings.invalid() == Invalid.ERROR) {
        throw DataException.because(
            row.place()
                + " "
                + problem
                + series(row.series())
                + "; mend it, or set data.invalid=skip");
      }
      if (problems.size() < 10) {
        problems.add(row.place() + " " + problem + series(row.series()));
      }
    }
  }

  private static String series(String name) {
    return name.isEmpty() ? "" : " of series '" + name + "'";
  }

  /**
   * The series of all its rows, in any order.
   *
   * @throws DataException that names file and row
   */
  SeriesHistory of(String name, Iterable<SeriesRow> given) {
    Draft draft = new Draft();
    List<SeriesRow> rows = new ArrayList<>();
    given.forEach(rows::add);
    rows.sort(Comparator.comparing(SeriesRow::file).thenComparingLong(SeriesRow::number));
    long latest = Long.MIN_VALUE;
    for (SeriesRow row : rows) {
      if (row.time() < latest) {
        draft.unordered++;
        if (settings.invalid() == Invalid.ERROR) {
          draft.leaveOut(row, "has the time " + grid.format(row.time()) + " after a later one");
        }
      }
      latest = Math.max(latest, row.time());
    }
    rows.sort(Comparator.comparingLong(SeriesRow::time)); // stable: the first of equals stays first
    List<SeriesRow> single = single(draft, rows);
    int observed = observed(draft, single);
    return joined(name, draft, single, observed);
  }

  /** One row for each time that lies on the grid. */
  private List<SeriesRow> single(Draft draft, List<SeriesRow> rows) {
    List<SeriesRow> single = new ArrayList<>();
    for (SeriesRow row : rows) {
      SeriesRow last = single.isEmpty() ? null : single.get(single.size() - 1);
      if (last != null && last.time() == row.time()) {
        draft.repeated++;
        draft.leaveOut(
            row, "has the time " + grid.format(row.time()) + " as " + last.place() + " has");
      } else if (last != null && (row.time() - single.get(0).time()) % grid.step() != 0) {
        draft.skipped++;
        draft.leaveOut(
            row,
            "has the time "
                + grid.format(row.time())
                + ", which is no whole number of steps (data.step = "
                + settings.step()
                + ") after "
                + grid.format(single.get(0).time()));
      } else {
        single.add(row);
      }
    }
    return single;
  }

  private boolean isWhole(SeriesRow row) {
    for (int i = 0; i < settings.targets().size(); i++) {
      if (Double.isNaN(row.values()[i])) {
        return false;
      }
    }
    return true;
  }

  /** Leaves out rows without a target that do not end the series; how many others have theirs. */
  private int observed(Draft draft, List<SeriesRow> rows) {
    int end = rows.size();
    while (end > 0 && !isWhole(rows.get(end - 1))) {
      end--;
    }
    int kept = 0;
    for (int i = 0; i < end; i++) {
      if (isWhole(rows.get(i))) {
        rows.set(kept++, rows.get(i));
      } else {
        draft.skipped++;
        draft.leaveOut(rows.get(i), "has no value in each of the columns " + settings.targets());
      }
    }
    rows.subList(kept, end).clear();
    return kept;
  }

  private SeriesHistory joined(String name, Draft draft, List<SeriesRow> rows, int observed) {
    List<double[]> values = new ArrayList<>();
    List<Boolean> filled = new ArrayList<>();
    int steps = observed;
    long gaps = 0;
    for (int i = 0; i < rows.size(); i++) {
      SeriesRow row = rows.get(i);
      long between = i == 0 ? 0 : (row.time() - rows.get(i - 1).time()) / grid.step() - 1;
      if (between > 0 && i < observed) {
        gap(draft, rows.get(i - 1), row, between);
        gaps++;
        steps += Math.toIntExact(between);
      }
      for (long missing = 0; missing < between; missing++) {
        values.add(values.get(values.size() - 1)); // what was there before; the future is not seen
        filled.add(true);
      }
      values.add(row.values());
      filled.add(false);
    }
    boolean splits = settings.gaps() == Gaps.SPLIT;
    return new SeriesHistory(
        name,
        rows.isEmpty() ? 0 : rows.get(0).time(),
        grid.step(),
        settings.targets().size(),
        steps,
        values.toArray(double[][]::new),
        splits && gaps > 0 ? counts(filled) : new int[0],
        new SeriesTally(
            observed,
            draft.skipped,
            draft.repeated,
            draft.unordered,
            draft.missing,
            gaps,
            draft.problems));
  }

  /** How many were filled before each, and in all. */
  private static int[] counts(List<Boolean> filled) {
    int[] counts = new int[filled.size() + 1];
    for (int i = 0; i < filled.size(); i++) {
      counts[i + 1] = counts[i] + (filled.get(i) ? 1 : 0);
    }
    return counts;
  }

  private void gap(Draft draft, SeriesRow before, SeriesRow row, long between) {
    draft.missing += between;
    if (settings.gaps() == Gaps.ERROR) {
      throw DataException.because(
          row.place()
              + " follows "
              + grid.format(before.time())
              + " with "
              + grid.format(row.time())
              + series(row.series())
              + ": "
              + between
              + (between == 1 ? " step is" : " steps are")
              + " missing; add them, or set data.gaps=fill or split");
    }
  }
}

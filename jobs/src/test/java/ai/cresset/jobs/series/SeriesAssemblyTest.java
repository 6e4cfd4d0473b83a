package ai.cresset.jobs.series;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.SeriesDataSettings;
import ai.cresset.jobs.recipe.SeriesDataSettings.Format;
import ai.cresset.jobs.recipe.SeriesDataSettings.Gaps;
import ai.cresset.jobs.split.ClassSplit.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows become series without holes, and windows that do not see what they are to forecast. */
class SeriesAssemblyTest {
  private static final double NONE = Double.NaN;

  private static SeriesDataSettings settings(Gaps gaps, Invalid invalid) {
    return new SeriesDataSettings(
        "rows.csv",
        Format.CSV,
        ",",
        "time",
        "2",
        "",
        List.of("value"),
        List.of("sale"),
        List.of(),
        3,
        2,
        1,
        2,
        gaps,
        invalid,
        0.2,
        0.2,
        "cache");
  }

  /** Rows of time and value; what is known ahead is ten times the time. */
  private static SeriesHistory history(Gaps gaps, Invalid invalid, double... rows) {
    List<SeriesRow> all = new ArrayList<>();
    for (int i = 0; i < rows.length; i += 2) {
      double[] values = {rows[i + 1], 10 * rows[i]};
      all.add(new SeriesRow("", "a.csv", i / 2 + 1, (long) rows[i], values, ""));
    }
    return new SeriesAssembly(settings(gaps, invalid), new TimeGrid(2, false)).of("", all);
  }

  private static double[] values(SeriesHistory history) {
    double[] values = new double[history.observed()];
    for (int i = 0; i < values.length; i++) {
      values[i] = history.values()[i][0];
    }
    return values;
  }

  private static String refused(Gaps gaps, double... rows) {
    return String.valueOf(
        assertThrows(DataException.class, () -> history(gaps, Invalid.ERROR, rows)).getMessage());
  }

  @Test
  void whatIsWrongIsNamed() {
    assertEquals(
        "a.csv: row 3 has the time 2 after a later one; mend it, or set data.invalid=skip",
        refused(Gaps.ERROR, 0, 1, 4, 2, 2, 3));
    assertEquals(
        "a.csv: row 2 has the time 0 as a.csv: row 1 has; mend it, or set data.invalid=skip",
        refused(Gaps.ERROR, 0, 1, 0, 2));
    assertEquals(
        "a.csv: row 2 has the time 3, which is no whole number of steps (data.step = 2) after 0;"
            + " mend it, or set data.invalid=skip",
        refused(Gaps.ERROR, 0, 1, 3, 2));
    assertEquals(
        "a.csv: row 2 has no value in each of the columns [value]; mend it, or set"
            + " data.invalid=skip",
        refused(Gaps.ERROR, 0, 1, 2, NONE, 4, 1));
    assertEquals(
        "a.csv: row 2 follows 0 with 6: 2 steps are missing; add them, or set data.gaps=fill or"
            + " split",
        refused(Gaps.ERROR, 0, 1, 6, 2));
  }

  @Test
  void rowsAreMendedAndCounted() {
    SeriesHistory history =
        history(Gaps.FILL, Invalid.SKIP, 0, 1, 8, 5, 2, 2, 2, 9, 3, 9, 4, NONE, 10, 6, 12, NONE);
    assertArrayEquals(new double[] {1, 2, 2, 2, 5, 6}, values(history));
    SeriesTally tally = history.tally();
    assertEquals(4, tally.rows());
    assertEquals(2, tally.skipped());
    assertEquals(1, tally.repeated());
    assertEquals(4, tally.unordered());
    assertEquals(2, tally.missing());
    assertEquals(1, tally.gaps());
    assertEquals(3, tally.problems().size(), tally.problems().toString());
    // What comes after the last value is known ahead.
    assertEquals(7, history.values().length);
    assertEquals(120, history.values()[6][1]);
  }

  @Test
  void noWindowCrossesAGap() {
    double[] rows = {0, 0, 2, 1, 4, 2, 6, 3, 8, 4, 14, 7, 16, 8, 18, 9, 20, 10, 22, 11};
    WindowCutter cutter = new WindowCutter(3, 2, 1, new TimeCuts(0, 1000, 2000));
    assertEquals(
        List.of(3, 10), cutter.places(history(Gaps.SPLIT, Invalid.ERROR, rows), Part.TRAIN));
    assertEquals(
        List.of(3, 4, 5, 6, 7, 8, 9, 10),
        cutter.places(history(Gaps.FILL, Invalid.ERROR, rows), Part.TRAIN));
  }

  @Test
  void noPartForecastsWhatAnotherDoes() {
    double[] rows = new double[80];
    for (int i = 0; i < 40; i++) {
      rows[2 * i] = 2 * i;
      rows[2 * i + 1] = i;
    }
    SeriesHistory history = history(Gaps.ERROR, Invalid.ERROR, rows);
    TimeCuts cuts = TimeCuts.of(0, 78, 2, 0.25, 0.25);
    assertEquals(new TimeCuts(0, 40, 60), cuts);
    WindowCutter cutter = new WindowCutter(3, 2, 1, cuts);
    List<Integer> train = cutter.places(history, Part.TRAIN);
    List<Integer> validation = cutter.places(history, Part.VALIDATION);
    List<Integer> test = cutter.places(history, Part.TEST);
    assertEquals(List.of(3, 18), List.of(train.get(0), train.get(train.size() - 1)));
    assertEquals(List.of(20, 28), List.of(validation.get(0), validation.get(8)));
    assertEquals(List.of(30, 38), List.of(test.get(0), test.get(8)));
    assertEquals(16, train.size());
    assertEquals(9, test.size());
    // The scale is that of the time to train on: 0 to 19.
    SeriesScale scale = SeriesScale.of(history, history.at(cuts.validation()), 2);
    assertEquals(9.5, scale.means().get(0));
    assertEquals(2, scale.naiveErrors().get(0));
    SeriesSummary summary =
        new SeriesSummary(
            List.of("value"),
            List.of("sale"),
            List.of(190.0),
            List.of(2.0),
            List.of(),
            3,
            2,
            2,
            new TimeGrid(2, false),
            cuts,
            List.of(scale),
            SeriesTally.NONE,
            List.of(),
            16,
            9,
            9);
    WindowRow window = WindowCutter.window(history, 20, summary, 0);
    double deviation = scale.deviations().get(0);
    assertEquals((17 - 9.5) / deviation, window.getPast()[0], 1e-6);
    assertEquals((20 * 17 - 190) / 2.0, window.getPast()[1], 1e-6);
    assertEquals((20 - 9.5) / deviation, window.getTarget()[0], 1e-6);
    assertEquals((20 * 21 - 190) / 2.0, window.getAhead()[1], 1e-6);
    assertEquals(40, window.getTime());
  }

  @Test
  void timesAreRead() {
    TimeGrid hours = TimeGrid.of("1h");
    assertEquals(3600, hours.step());
    assertEquals(3600L, hours.parse("1970-01-01T01:00"));
    assertEquals(3600L, hours.parse("1970-01-01 01:00:00"));
    assertEquals(0L, hours.parse("1970-01-01T01:00:00+01:00"));
    assertEquals(86_400L, hours.parse("1970-01-02"));
    assertNull(hours.parse("yesterday"));
    assertEquals("1970-01-01T01:00:00", hours.format(3600));
    TimeGrid numbers = TimeGrid.of("5");
    assertFalse(numbers.dates());
    assertEquals(-7L, numbers.parse("-7"));
    assertNull(numbers.parse("1.5"));
    assertTrue(TimeGrid.of("2d").dates());
  }
}

package ai.cresset.jobs.series;

import ai.cresset.jobs.recipe.SeriesDataSettings.Calendar;
import ai.cresset.jobs.split.SplitSummary;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The account of series, and what turns them into a model's inputs: learned from the time to train
 * on alone.
 *
 * @param targets columns that are forecast
 * @param known columns whose values are known ahead
 * @param knownMeans their means
 * @param knownDeviations standard deviations of the same; 1 where all are equal
 * @param calendar what of the date the model is told
 * @param context steps that a forecast is made from
 * @param horizon steps that are forecast
 * @param season steps after which values come again
 * @param grid of the times
 * @param cuts where the time is split
 * @param series each with its scale, in order of their names
 * @param tally what was found in the rows
 * @param shortSeries series that were left out because they have too little time to train on
 * @param trainWindows to train on
 * @param validationWindows to validate on
 * @param testWindows for the end
 */
public record SeriesSummary(
    List<String> targets,
    List<String> known,
    List<Double> knownMeans,
    List<Double> knownDeviations,
    List<Calendar> calendar,
    int context,
    int horizon,
    int season,
    TimeGrid grid,
    TimeCuts cuts,
    List<SeriesScale> series,
    SeriesTally tally,
    List<String> shortSeries,
    long trainWindows,
    long validationWindows,
    long testWindows)
    implements SplitSummary, Serializable {
  private static final long serialVersionUID = 1L;

  public SeriesSummary {
    targets = List.copyOf(targets);
    known = List.copyOf(known);
    knownMeans = List.copyOf(knownMeans);
    knownDeviations = List.copyOf(knownDeviations);
    calendar = List.copyOf(calendar);
    series = List.copyOf(series);
    shortSeries = List.copyOf(shortSeries);
  }

  /** Features of a step that are known ahead. */
  public int covariates() {
    return known.size() + CalendarAngles.FEATURES * calendar.size();
  }

  private boolean wasMended() {
    return tally.skipped() + tally.repeated() + tally.unordered() + tally.missing() > 0
        || !shortSeries.isEmpty();
  }

  @Override
  public String leftOut() {
    if (!wasMended()) {
      return "";
    }
    String text =
        String.format(
            Locale.ROOT,
            "mended      %,d rows left out, %,d repeated, %,d out of order; %,d steps missing in %,d"
                + " gaps; %,d series too short",
            tally.skipped(),
            tally.repeated(),
            tally.unordered(),
            tally.missing(),
            tally.gaps(),
            shortSeries.size());
    return tally.problems().isEmpty()
        ? text
        : text + ", such as\n            " + String.join("\n            ", tally.problems());
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "series      %,d with %,d rows; %s from %d covariates%n"
                + "windows     %,d for training, %,d for validation, %,d for the test: %d steps to"
                + " forecast %d%n"
                + "time        training from %s, validation from %s, test from %s",
            series.size(),
            tally.rows(),
            targets,
            covariates(),
            trainWindows,
            validationWindows,
            testWindows,
            context,
            horizon,
            grid.format(cuts.begin()),
            grid.format(cuts.validation()),
            grid.format(cuts.test()));
    return SplitSummary.with(text, leftOut());
  }
}

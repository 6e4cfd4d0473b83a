package ai.cresset.jobs.workload.series;

import ai.cresset.data.Batch;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.report.SamplePrediction;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Forecasts beside what came, and all errors of a data set.
 *
 * @param forecasts those of the model
 * @param summary what a window is
 * @param errors how they are counted
 */
record ForecastExhibit(Forecasts forecasts, SeriesSummary summary, ForecastErrors errors)
    implements Exhibit {
  /** Dates stay in one line. */
  private static final char NO_BREAK_HYPHEN = '\u2011';

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {}

  @Override
  public int numSums() {
    return ForecastErrors.SUMS;
  }

  @Override
  public void add(Batch batch, double[] sums) {
    Window window = new Window(batch);
    for (int i = 0; i < batch.size(); i++) {
      for (int step = 0; step < summary.horizon(); step++) {
        for (int target = 0; target < summary.targets().size(); target++) {
          window.add(sums, i, step, target);
        }
      }
    }
  }

  @Override
  public List<String> notes(double[] sums) {
    return errors.describe(sums);
  }

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    Window window = new Window(batch);
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      samples.add(window.sample(i));
    }
    return samples;
  }

  /** The numbers of a batch in the unit of the series. */
  private final class Window {
    private final int targets = summary.targets().size();
    private final int horizon = summary.horizon();
    private final int context = summary.context();
    private final int outputs;
    private final double[] said;
    private final double[] wanted;
    private final double[] past;
    private final double[] means;
    private final double[] deviations;
    private final double[] naiveErrors;
    private final long[] series;
    private final long[] times;

    Window(Batch batch) {
      var forecast = forecasts.of(batch).to(DType.FLOAT64);
      outputs = (int) forecast.size(3);
      said = forecast.toDoubleArray();
      wanted = forecasts.wanted(batch).to(DType.FLOAT64).toDoubleArray();
      past = forecasts.values(batch).toDoubleArray();
      means = forecasts.means(batch).toDoubleArray();
      deviations = forecasts.deviations(batch).toDoubleArray();
      naiveErrors = forecasts.naiveErrors(batch).toDoubleArray();
      series = batch.get(SeriesTrainable.SERIES).toLongArray();
      times = batch.get(SeriesTrainable.TIME).toLongArray();
    }

    private double unit(double value, int window, int target) {
      int at = window * targets + target;
      return value * deviations[at] + means[at];
    }

    private double[] forecast(int window, int step, int target) {
      int at = ((window * horizon + step) * targets + target) * outputs;
      double[] found = new double[outputs];
      for (int i = 0; i < outputs; i++) {
        found[i] = unit(said[at + i], window, target);
      }
      Arrays.sort(found); // quantiles that cross are put in order
      return found;
    }

    private double wanted(int window, int step, int target) {
      return unit(wanted[(window * horizon + step) * targets + target], window, target);
    }

    private double past(int window, int step, int target) {
      return unit(past[(window * context + step) * targets + target], window, target);
    }

    void add(double[] sums, int window, int step, int target) {
      int before = context - summary.season() + step % summary.season();
      errors.add(
          sums,
          wanted(window, step, target),
          forecast(window, step, target),
          past(window, before, target),
          naiveErrors[window * targets + target]);
    }

    SamplePrediction sample(int window) {
      List<String> came = new ArrayList<>();
      List<String> forecast = new ArrayList<>();
      double[] before = new double[context];
      for (int step = 0; step < context; step++) {
        before[step] = past(window, step, 0);
      }
      double[] truth = new double[horizon];
      double[][] found = new double[horizon][];
      for (int step = 0; step < horizon; step++) {
        truth[step] = wanted(window, step, 0);
        found[step] = forecast(window, step, 0);
        came.add(number(truth[step]));
        forecast.add(number(found[step][outputs / 2]));
      }
      String name = summary.series().get((int) series[window]).name();
      return new SamplePrediction(
          summary.targets().get(0)
              + (name.isEmpty() ? "" : " of " + name)
              + " from "
              + summary.grid().format(times[window]).replace('-', NO_BREAK_HYPHEN),
          ForecastPicture.draw(before, truth, found),
          "(black) " + String.join(" ", came),
          (outputs > 1 ? "forecast (red, its span pink) " : "forecast (red) ")
              + String.join(" ", forecast),
          null);
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.4g", value);
    }
  }
}

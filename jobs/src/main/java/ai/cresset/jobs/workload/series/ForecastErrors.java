package ai.cresset.jobs.workload.series;

import java.util.List;
import java.util.Locale;

/**
 * How far forecasts are from what came, and how far the seasonal naive forecast is, which repeats
 * the values of the season before. All in the unit of the series but the mean absolute scaled error
 * (Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006), which counts each
 * error in naive errors of its series during training.
 *
 * @param season steps after which values come again
 * @param quantiles that are forecast; one for a point
 */
record ForecastErrors(int season, List<Double> quantiles) {
  /** How many sums there are. */
  static final int SUMS = 11;

  private static final int COUNT = 0;
  private static final int SQUARES = 1;
  private static final int ABSOLUTES = 2;
  private static final int SCALED = 3;
  private static final int SCALED_COUNT = 4;
  private static final int PINBALL = 5;

  /** Where those of the naive forecast begin, in place of whose count is that of the covered. */
  private static final int NAIVE = 6;

  private static final int COVERED = NAIVE + SCALED_COUNT;

  /**
   * Adds a value's.
   *
   * @param sums to add to
   * @param wanted what came
   * @param forecasts one for each quantile
   * @param naive the seasonal naive forecast
   * @param naiveError that of training; 0 for none
   */
  void add(double[] sums, double wanted, double[] forecasts, double naive, double naiveError) {
    double error = Math.abs(wanted - forecasts[forecasts.length / 2]);
    double simple = Math.abs(wanted - naive);
    sums[COUNT]++;
    sums[SQUARES] += error * error;
    sums[ABSOLUTES] += error;
    sums[NAIVE + SQUARES] += simple * simple;
    sums[NAIVE + ABSOLUTES] += simple;
    if (naiveError > 0) {
      sums[SCALED] += error / naiveError;
      sums[NAIVE + SCALED] += simple / naiveError;
      sums[SCALED_COUNT]++;
    }
    for (int i = 0; i < forecasts.length; i++) {
      double above = wanted - forecasts[i];
      double quantile = forecasts.length == 1 ? 0.5 : quantiles.get(i);
      sums[PINBALL] += Math.max(quantile * above, (quantile - 1) * above) / forecasts.length;
    }
    boolean inside = wanted >= forecasts[0] && wanted <= forecasts[forecasts.length - 1];
    sums[COVERED] += inside ? 1 : 0;
  }

  /** The figures of all values, in lines of the report. */
  List<String> describe(double[] sums) {
    double count = sums[COUNT];
    double scaled = sums[SCALED_COUNT];
    String forecast =
        String.format(
            Locale.ROOT,
            "forecast    rmse %.4g, mae %.4g, mase %.4g, pinball %.4g",
            Math.sqrt(sums[SQUARES] / count),
            sums[ABSOLUTES] / count,
            sums[SCALED] / scaled,
            sums[PINBALL] / count);
    String naive =
        String.format(
            Locale.ROOT,
            "naive       rmse %.4g, mae %.4g, mase %.4g, by the values %d steps before",
            Math.sqrt(sums[NAIVE + SQUARES] / count),
            sums[NAIVE + ABSOLUTES] / count,
            sums[NAIVE + SCALED] / scaled,
            season);
    if (quantiles.size() == 1) {
      return List.of(forecast, naive);
    }
    return List.of(
        forecast,
        naive,
        String.format(
            Locale.ROOT,
            "coverage    %.1f %% of the values lie from quantile %s to %s",
            100 * sums[COVERED] / count,
            quantiles.get(0),
            quantiles.get(quantiles.size() - 1)));
  }
}

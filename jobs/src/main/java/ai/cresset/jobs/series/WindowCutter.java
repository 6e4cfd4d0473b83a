package ai.cresset.jobs.series;

import ai.cresset.jobs.split.ClassSplit.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Cuts windows of series. What is forecast lies within one part of the time; what it is forecast
 * from may lie before it, as it does when a model is used.
 *
 * @param context steps to read
 * @param horizon steps to forecast
 * @param stride steps between windows
 * @param cuts where the time is split
 */
record WindowCutter(int context, int horizon, int stride, TimeCuts cuts) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first forecast steps of all windows of a part, rising. */
  List<Integer> places(SeriesHistory history, Part part) {
    List<Integer> places = new ArrayList<>();
    long behind = cuts.to(part);
    for (int at = Math.max(context, history.at(cuts.from(part)));
        at + horizon <= history.observed() && history.time(at + horizon - 1) < behind;
        at += stride) {
      if (history.isWhole(at - context, at + horizon)) {
        places.add(at);
      }
    }
    return places;
  }

  /** The windows of a part, one after the other. */
  Iterator<WindowRow> windows(SeriesHistory history, Part part, SeriesSummary summary, int series) {
    Iterator<Integer> places = places(history, part).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return places.hasNext();
      }

      @Override
      public WindowRow next() {
        if (!places.hasNext()) {
          throw new NoSuchElementException();
        }
        return window(history, places.next(), summary, series);
      }
    };
  }

  /** The window whose forecasts begin at a step; targets only where they were observed. */
  static WindowRow window(SeriesHistory history, int at, SeriesSummary summary, int series) {
    SeriesScale scale = summary.series().get(series);
    int targets = summary.targets().size();
    int covariates = summary.covariates();
    int width = targets + covariates;
    int context = summary.context();
    int horizon = summary.horizon();
    float[] past = new float[context * width];
    for (int i = 0; i < context; i++) {
      values(history, at - context + i, scale, past, i * width);
      covariates(history, at - context + i, summary, past, i * width + targets);
    }
    float[] ahead = new float[horizon * covariates];
    float[] target = new float[horizon * targets];
    for (int i = 0; i < horizon; i++) {
      covariates(history, at + i, summary, ahead, i * covariates);
      if (at + i < history.observed()) {
        values(history, at + i, scale, target, i * targets);
      }
    }
    double[] numbers = new double[3 * targets];
    for (int i = 0; i < targets; i++) {
      numbers[i] = scale.means().get(i);
      numbers[targets + i] = scale.deviations().get(i);
      numbers[2 * targets + i] = scale.naiveErrors().get(i);
    }
    WindowRow row = new WindowRow();
    row.setPast(past);
    row.setAhead(ahead);
    row.setTarget(target);
    row.setScale(numbers);
    row.setSeries(series);
    row.setTime(history.time(at));
    return row;
  }

  private static void values(
      SeriesHistory history, int step, SeriesScale scale, float[] to, int at) {
    for (int i = 0; i < scale.means().size(); i++) {
      double value = history.values()[step][i];
      to[at + i] = (float) ((value - scale.means().get(i)) / scale.deviations().get(i));
    }
  }

  private static void covariates(
      SeriesHistory history, int step, SeriesSummary summary, float[] to, int at) {
    int place = at;
    for (int i = 0; i < summary.known().size(); i++) {
      double value = history.values()[step][history.targets() + i];
      to[place++] =
          (float) ((value - summary.knownMeans().get(i)) / summary.knownDeviations().get(i));
    }
    for (var each : summary.calendar()) {
      CalendarAngles.write(each, history.time(step), to, place);
      place += CalendarAngles.FEATURES;
    }
  }

  /** The place of each series in a summary, by name. */
  static Map<String, Integer> places(SeriesSummary summary) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < summary.series().size(); i++) {
      places.put(summary.series().get(i).name(), i);
    }
    return places;
  }
}

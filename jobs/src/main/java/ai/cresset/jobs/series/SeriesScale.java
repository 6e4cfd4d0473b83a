package ai.cresset.jobs.series;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the time to train on says of a series.
 *
 * @param name of the series
 * @param means of its targets
 * @param deviations standard deviations of the same; 1 where all are equal
 * @param naiveErrors how far, in the mean, a value lies from that of the season before; 0 where the
 *     time is too short to say, or nothing ever changes
 */
public record SeriesScale(
    String name, List<Double> means, List<Double> deviations, List<Double> naiveErrors)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SeriesScale {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    naiveErrors = List.copyOf(naiveErrors);
  }

  /**
   * That of the first steps of a series.
   *
   * @param end the first step that is not looked at
   */
  static SeriesScale of(SeriesHistory history, int end, int season) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    List<Double> naive = new ArrayList<>();
    for (int target = 0; target < history.targets(); target++) {
      double sum = 0;
      for (int i = 0; i < end; i++) {
        sum += history.values()[i][target];
      }
      double mean = sum / end;
      double squares = 0;
      double errors = 0;
      for (int i = 0; i < end; i++) {
        double value = history.values()[i][target];
        squares += (value - mean) * (value - mean);
        errors += i < season ? 0 : Math.abs(value - history.values()[i - season][target]);
      }
      means.add(mean);
      deviations.add(squares > 0 ? Math.sqrt(squares / end) : 1);
      naive.add(end > season ? errors / (end - season) : 0);
    }
    return new SeriesScale(history.name(), means, deviations, naive);
  }
}

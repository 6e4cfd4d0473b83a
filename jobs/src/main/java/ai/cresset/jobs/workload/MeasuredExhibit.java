package ai.cresset.jobs.workload;

import ai.cresset.data.Batch;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.report.SamplePrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Samples whose quantities are predicted.
 *
 * @param predicted of a batch, in the quantity's own unit
 * @param wanted of a batch, as many
 * @param words what a sample of a batch is, in words
 */
public record MeasuredExhibit(
    Function<Batch, double[]> predicted,
    Function<Batch, double[]> wanted,
    BiFunction<Batch, Integer, String> words)
    implements Exhibit {
  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {}

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    double[] found = predicted.apply(batch);
    double[] right = wanted.apply(batch);
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      samples.add(
          new SamplePrediction(
              words.apply(batch, i), null, number(right[i]), number(found[i]), null));
    }
    return samples;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}

package ai.cresset.jobs.workload;

import ai.cresset.data.Batch;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.report.Picture;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Samples of a classifier.
 *
 * @param classes their names, in order
 * @param scores {@code [batch, classes]} of a batch
 * @param label which tensor of a batch holds the true classes
 * @param look what a sample of a batch looks like
 */
public record ClassExhibit(
    List<String> classes, Function<Batch, Tensor> scores, String label, Look look)
    implements Exhibit {
  /** How a sample is shown. */
  public interface Look {
    /** In words; empty if there is a picture. */
    String words(Batch batch, int index);

    /** As a picture; null for none. */
    default @Nullable Picture picture(Batch batch, int index) {
      return null;
    }
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {
    matrix.update(scores.apply(batch), batch.get(label));
  }

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    double[] chances = scores.apply(batch).to(DType.FLOAT64).softmax(-1).toDoubleArray();
    long[] wanted = batch.get(label).toLongArray();
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < wanted.length; i++) {
      int best = 0;
      for (int j = 1; j < classes.size(); j++) {
        best = chances[i * classes.size() + j] > chances[i * classes.size() + best] ? j : best;
      }
      samples.add(
          new SamplePrediction(
              look.words(batch, i),
              look.picture(batch, i),
              classes.get((int) wanted[i]),
              String.format(
                  Locale.ROOT,
                  "%s (%.1f %%)",
                  classes.get(best),
                  100 * chances[i * classes.size() + best]),
              best == wanted[i]));
    }
    return samples;
  }
}

package ai.cresset.jobs.train;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataLoader;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.SequentialSampler;
import ai.cresset.data.Share;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.memory.Scope;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.train.Strategy;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What people see of a model: how often each class was taken for each other one, over a whole data
 * set, and some samples.
 *
 * @param classes their names; empty for no matrix
 * @param confusion the counts of the matrix, a row for each true class
 * @param samples with what the model says of them
 * @param notes lines of the report about all samples
 */
record Exhibition(
    List<String> classes,
    List<Double> confusion,
    List<SamplePrediction> samples,
    List<String> notes)
    implements Serializable {
  static final Exhibition NONE = new Exhibition(List.of(), List.of(), List.of(), List.of());

  private static final long BATCH = 256;
  private static final int MOST_CLASSES = 1000;

  /**
   * Shows a model. Every rank calls it; samples are on the first rank alone.
   *
   * @param parts the model, in the state to show
   * @param dataset what to show it on
   * @param samples how many to look at
   */
  static Exhibition of(
      Trainable.Parts parts, Dataset dataset, int samples, Strategy strategy, Device device) {
    boolean training = parts.model().isTraining();
    parts.model().eval();
    try (GradMode.Restore off = GradMode.disable()) {
      Exhibit exhibit = parts.exhibit();
      List<String> classes = exhibit.classes();
      List<Double> counts = new ArrayList<>();
      if (!classes.isEmpty() && classes.size() <= MOST_CLASSES) {
        ConfusionMatrix matrix = new ConfusionMatrix(classes.size());
        Share share = new Share(strategy.rank(), strategy.worldSize());
        visit(dataset, share, device, batch -> exhibit.count(batch, matrix));
        for (double count : strategy.sum(matrix.sums())) {
          counts.add(count);
        }
      }
      List<String> notes = List.of();
      if (exhibit.numSums() > 0) {
        double[] sums = new double[exhibit.numSums()];
        Share share = new Share(strategy.rank(), strategy.worldSize());
        visit(dataset, share, device, batch -> exhibit.add(batch, sums));
        notes = exhibit.notes(strategy.sum(sums));
      }
      List<SamplePrediction> shown = new ArrayList<>();
      if (samples > 0) {
        // All ranks, because a model whose parameters are cut runs on all of them or on none.
        visit(
            SpreadSamples.of(dataset, samples),
            new Share(0, 1),
            device,
            batch -> shown.addAll(exhibit.samples(batch)));
      }
      return new Exhibition(
          counts.isEmpty() ? List.of() : classes,
          counts,
          strategy.rank() == 0 ? List.copyOf(shown) : List.of(),
          notes);
    } finally {
      parts.model().train(training);
    }
  }

  private static void visit(Dataset dataset, Share share, Device device, Consumer<Batch> visitor) {
    BatchPlan plan = new BatchPlan(new SequentialSampler(dataset.size()), BATCH, false);
    LoaderOptions options =
        device.isHost() ? LoaderOptions.DEFAULT : LoaderOptions.DEFAULT.on(device);
    try (DataLoader loader =
        DataLoader.start(dataset, plan, share, options, 0, plan.stepsPerEpoch())) {
      for (boolean more = true; more; ) {
        try (Scope scope = Scope.open("exhibition")) {
          LoadedStep step = loader.next();
          more = step != null;
          if (step != null) {
            step.microBatches().forEach(visitor);
          }
        }
      }
    }
  }

  /** The matrix; call it only where there are classes. */
  ConfusionMatrix matrix() {
    ConfusionMatrix matrix = new ConfusionMatrix(classes.size());
    matrix.merge(confusion.stream().mapToDouble(Double::doubleValue).toArray());
    return matrix;
  }

  /** Pictures are left out. */
  @Override
  public String toString() {
    return confusion + " " + samples.stream().map(SamplePrediction::predicted).toList();
  }
}

package ai.cresset.jobs.workload;

import ai.cresset.data.Batch;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.report.SamplePrediction;
import java.util.List;

/** What a kind of recipe shows people of its model when training is over. */
public interface Exhibit {
  /** Nothing. */
  Exhibit NONE =
      new Exhibit() {
        @Override
        public List<String> classes() {
          return List.of();
        }

        @Override
        public void count(Batch batch, ConfusionMatrix matrix) {}

        @Override
        public List<SamplePrediction> samples(Batch batch) {
          return List.of();
        }
      };

  /** Names of the classes, in order; empty where there is no confusion matrix. */
  List<String> classes();

  /** Counts the samples of a batch. */
  void count(Batch batch, ConfusionMatrix matrix);

  /** How many sums {@link #add} adds to; 0 where there is nothing to add up. */
  default int numSums() {
    return 0;
  }

  /** Adds what a batch gives to the sums over a data set, which are added over all ranks. */
  default void add(Batch batch, double[] sums) {}

  /** Lines of the report about a data set. */
  default List<String> notes(double[] sums) {
    return List.of();
  }

  /** Each sample of a batch with what the model says of it. */
  List<SamplePrediction> samples(Batch batch);
}

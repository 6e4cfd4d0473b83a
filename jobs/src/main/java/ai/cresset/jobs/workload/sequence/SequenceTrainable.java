package ai.cresset.jobs.workload.sequence;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.sequence.SequenceSummary;
import ai.cresset.jobs.sequence.Vocabulary;
import ai.cresset.jobs.workload.ClassExhibit;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.model.SequenceToSequence;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model of texts and its texts.
 *
 * @param file what to build
 * @param summary what a text is
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record SequenceTrainable(
    SequenceModelFile file, SequenceSummary summary, String train, String validation, String test)
    implements Trainable {
  /** The columns of all data sets. */
  static final String SOURCE = "source";

  static final String TARGET = "target";
  static final String LABEL = "label";

  /** What is trained. */
  private interface Task extends Objective, Exhibit {}

  @Override
  public Parts open(TrainSettings settings, Device device) {
    Module model = file.build(device);
    TargetLoss loss = LossChoice.of(settings, ClassScores.usual());
    Objective objective;
    Exhibit exhibit;
    if (model instanceof SequenceToSequence writer) {
      Writing writing = new Writing(writer, loss, settings.hasOwnLoss());
      objective = writing;
      exhibit = writing;
    } else {
      Layer classifier = (Layer) model;
      objective = new Classification(classifier, loss);
      exhibit =
          new ClassExhibit(
              summary.classes(),
              batch -> classifier.call(tokens(batch, SOURCE)),
              LABEL,
              this::words);
    }
    Dataset training = open(train);
    return new Parts(
        model,
        objective,
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.CLASSIFIED_TEXTS.unit(), 1),
        () -> "",
        exhibit);
  }

  private String words(Batch batch, int index) {
    return summary
        .source()
        .decode(batch.get(SOURCE).select(0, index).to(DType.INT64).toLongArray());
  }

  private static Dataset open(String directory) {
    return new ArrowDataset(StoredParts.open(directory), List.of(SOURCE, TARGET, LABEL));
  }

  private static Tensor tokens(Batch batch, String column) {
    return batch.get(column).to(DType.INT64);
  }

  /** The loss of the classes, and how many are right. */
  private record Classification(Layer model, TargetLoss loss) implements Objective {
    @Override
    public Loss loss(Batch batch) {
      return loss.call(model.call(tokens(batch, SOURCE)), batch.get(LABEL));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      return ClassScores.scored(loss, model.call(tokens(batch, SOURCE)), batch.get(LABEL));
    }
  }

  /** The loss of the tokens, and how many stand in texts that were written without an error. */
  private final class Writing implements Task {
    private final SequenceToSequence model;
    private final TargetLoss loss;
    private final boolean own;

    Writing(SequenceToSequence model, TargetLoss loss, boolean own) {
      this.model = model;
      this.loss = loss;
      this.own = own;
    }

    @Override
    public Loss loss(Batch batch) {
      Tensor source = tokens(batch, SOURCE);
      Tensor target = tokens(batch, TARGET);
      if (!own) {
        return model.loss(source, target);
      }
      long length = target.size(1) - 1;
      Tensor scores = model.call(source, target.narrow(1, 0, length));
      return loss.call(scores.flatten(0, 1), target.narrow(1, 1, length).flatten(0, 1));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      long[][] written = written(batch);
      long[][] wanted = rows(tokens(batch, TARGET));
      double exact = 0;
      for (int i = 0; i < wanted.length; i++) {
        exact += Arrays.equals(written[i], wanted[i]) ? wanted[i].length - 1 : 0;
      }
      return new ScoredLoss(loss(batch), exact);
    }

    private long[][] written(Batch batch) {
      return rows(
          model.generate(
              tokens(batch, SOURCE), Vocabulary.START, Vocabulary.END, summary.targetLength()));
    }

    /** Without what follows the end. */
    private long[][] rows(Tensor tokens) {
      long[][] rows = new long[(int) tokens.size(0)][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] =
            Arrays.stream(tokens.select(0, i).toLongArray())
                .takeWhile(token -> token != Vocabulary.PADDING)
                .toArray();
      }
      return rows;
    }

    @Override
    public List<String> classes() {
      return List.of();
    }

    @Override
    public void count(Batch batch, ConfusionMatrix matrix) {}

    @Override
    public List<SamplePrediction> samples(Batch batch) {
      long[][] written = written(batch);
      long[][] wanted = rows(tokens(batch, TARGET));
      List<SamplePrediction> samples = new ArrayList<>();
      for (int i = 0; i < wanted.length; i++) {
        samples.add(
            new SamplePrediction(
                words(batch, i),
                null,
                summary.target().decode(wanted[i]),
                summary.target().decode(written[i]),
                Arrays.equals(written[i], wanted[i])));
      }
      return samples;
    }
  }
}

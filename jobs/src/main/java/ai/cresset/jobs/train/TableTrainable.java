package ai.cresset.jobs.train;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.table.TableColumns;
import ai.cresset.model.TableMlp;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;

/**
 * A perceptron and its rows.
 *
 * @param file what to build
 * @param columns what a row is
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record TableTrainable(
    TableModelFile file, TableColumns columns, String train, String validation, String test)
    implements Trainable {
  /** The columns of all data sets. */
  static final String NUMBERS = "numbers";

  static final String CATEGORIES = "categories";
  private static final String LABEL = "label";
  private static final String TARGET = "target";

  /** The column that the model is to find. */
  static String answer(TableColumns columns) {
    return columns.classes().isEmpty() ? TARGET : LABEL;
  }

  @Override
  public Parts open(TrainSettings settings, Device device) {
    TableMlp mlp = file.build(device);
    Dataset training = open(train);
    return new Parts(
        mlp,
        columns.classes().isEmpty() ? new Measurement(mlp) : new Classification(mlp),
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.CLASSIFIED_ROWS.unit(), 1),
        () -> "");
  }

  private Dataset open(String directory) {
    List<String> names = new ArrayList<>();
    if (!columns.numeric().isEmpty()) {
      names.add(NUMBERS);
    }
    if (!columns.categorical().isEmpty()) {
      names.add(CATEGORIES);
    }
    names.add(answer(columns));
    return new ArrowDataset(StoredParts.open(directory), names);
  }

  private Tensor outputs(TableMlp mlp, Batch batch) {
    return mlp.call(
        columns.numeric().isEmpty() ? null : batch.get(NUMBERS),
        columns.categorical().isEmpty() ? null : batch.get(CATEGORIES));
  }

  /** The cross entropy of the classes, and how many are right. */
  private final class Classification implements Objective {
    private final TableMlp mlp;

    Classification(TableMlp mlp) {
      this.mlp = mlp;
    }

    @Override
    public Loss loss(Batch batch) {
      return ClassScores.loss(outputs(mlp, batch), batch.get(LABEL));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      return ClassScores.scored(outputs(mlp, batch), batch.get(LABEL));
    }
  }

  /** The squared error of the standardised quantity, and the same in its own unit. */
  private final class Measurement implements Objective {
    private final TableMlp mlp;

    Measurement(TableMlp mlp) {
      this.mlp = mlp;
    }

    @Override
    public Loss loss(Batch batch) {
      Tensor outputs = outputs(mlp, batch).squeeze(1);
      return Losses.mseLoss(outputs, batch.get(TARGET).to(outputs.dtype()));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      Loss loss = loss(batch);
      double unit = columns.labelDeviation();
      return new ScoredLoss(loss, loss.sum().item() * unit * unit);
    }
  }
}

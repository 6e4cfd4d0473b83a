package ai.cresset.jobs.workload.table;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.table.TableColumns;
import ai.cresset.jobs.workload.ClassExhibit;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.MeasuredExhibit;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.model.TableMlp;
import ai.cresset.nn.loss.MeanSquaredErrorLoss;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    boolean measures = columns.classes().isEmpty();
    TargetLoss loss =
        LossChoice.of(settings, measures ? new MeanSquaredErrorLoss() : ClassScores.usual());
    return new Parts(
        mlp,
        measures ? new Measurement(mlp, loss) : new Classification(mlp, loss),
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.CLASSIFIED_ROWS.unit(), 1),
        () -> "",
        measures
            ? new MeasuredExhibit(
                batch -> inUnit(outputs(mlp, batch).squeeze(1)),
                batch -> inUnit(batch.get(TARGET)),
                this::words)
            : new ClassExhibit(
                columns.classes(), batch -> outputs(mlp, batch), LABEL, this::words));
  }

  /** Quantities as people know them. */
  private double[] inUnit(Tensor standardised) {
    double[] values = standardised.to(DType.FLOAT64).toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] * columns.labelDeviation() + columns.labelMean();
    }
    return values;
  }

  /** The numeric columns of a row. */
  private String words(Batch batch, int index) {
    List<String> words = new ArrayList<>();
    if (!columns.numeric().isEmpty()) {
      double[] numbers = batch.get(NUMBERS).select(0, index).to(DType.FLOAT64).toDoubleArray();
      for (int i = 0; i < numbers.length; i++) {
        TableColumns.Numeric column = columns.numeric().get(i);
        words.add(
            String.format(
                Locale.ROOT,
                "%s %.4g",
                column.name(),
                numbers[i] * column.deviation() + column.mean()));
      }
    }
    return String.join(", ", words);
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

  /** The loss of the classes, and how many are right. */
  private final class Classification implements Objective {
    private final TableMlp mlp;
    private final TargetLoss loss;

    Classification(TableMlp mlp, TargetLoss loss) {
      this.mlp = mlp;
      this.loss = loss;
    }

    @Override
    public Loss loss(Batch batch) {
      return loss.call(outputs(mlp, batch), batch.get(LABEL));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      return ClassScores.scored(loss, outputs(mlp, batch), batch.get(LABEL));
    }
  }

  /** The loss of the standardised quantity, and the squared error in its own unit. */
  private final class Measurement implements Objective {
    private final TableMlp mlp;
    private final TargetLoss loss;

    Measurement(TableMlp mlp, TargetLoss loss) {
      this.mlp = mlp;
      this.loss = loss;
    }

    @Override
    public Loss loss(Batch batch) {
      Tensor outputs = outputs(mlp, batch).squeeze(1);
      return loss.call(outputs, batch.get(TARGET).to(outputs.dtype()));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      Tensor outputs = outputs(mlp, batch).squeeze(1);
      Tensor targets = batch.get(TARGET).to(outputs.dtype());
      double unit = columns.labelDeviation();
      double squares = outputs.sub(targets).square().sum().item() * unit * unit;
      return new ScoredLoss(loss.call(outputs, targets), squares);
    }
  }
}

package ai.cresset.jobs.workload.series;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.recipe.SeriesModelSettings;
import ai.cresset.jobs.recipe.SeriesModelSettings.Measure;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.model.Forecaster;
import ai.cresset.nn.loss.HuberLoss;
import ai.cresset.nn.loss.L1Loss;
import ai.cresset.nn.loss.MeanSquaredErrorLoss;
import ai.cresset.nn.loss.QuantileLoss;
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

/**
 * A forecaster and its windows.
 *
 * @param file what to build
 * @param summary what a window is
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record SeriesTrainable(
    SeriesModelFile file, SeriesSummary summary, String train, String validation, String test)
    implements Trainable {
  /** The columns of all data sets. */
  static final String PAST = "past";

  static final String AHEAD = "ahead";
  static final String TARGET = "target";
  static final String SCALE = "scale";
  static final String SERIES = "series";
  static final String TIME = "time";

  @Override
  public Parts open(TrainSettings settings, Device device) {
    Forecaster model = file.build(device);
    Forecasts forecasts = new Forecasts(model, file, summary);
    Dataset training = open(train);
    return new Parts(
        model,
        new Forecasting(forecasts, LossChoice.of(settings, usual(file.settings()))),
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(SeriesWorkload.WORDING.unit(), 1),
        () -> "",
        new ForecastExhibit(forecasts, summary, errors()));
  }

  private ForecastErrors errors() {
    return new ForecastErrors(
        summary.season(),
        file.settings().loss() == Measure.QUANTILE ? file.settings().quantiles() : List.of(0.5));
  }

  private static TargetLoss usual(SeriesModelSettings settings) {
    return switch (settings.loss()) {
      case MSE -> new MeanSquaredErrorLoss();
      case MAE -> new L1Loss();
      case HUBER -> new HuberLoss();
      case QUANTILE ->
          new QuantileLoss(
              settings.quantiles().stream().mapToDouble(Double::doubleValue).toArray());
    };
  }

  private Dataset open(String directory) {
    List<String> columns = new ArrayList<>(List.of(PAST, TARGET, SCALE, SERIES, TIME));
    if (summary.covariates() > 0) {
      columns.add(AHEAD);
    }
    return new ArrowDataset(StoredParts.open(directory), columns);
  }

  /** The loss on the model's scale, and the squared error in the unit of the series. */
  private record Forecasting(Forecasts forecasts, TargetLoss loss) implements Objective {
    @Override
    public Loss loss(Batch batch) {
      return loss(forecasts.of(batch), forecasts.wanted(batch));
    }

    private Loss loss(Tensor said, Tensor wanted) {
      boolean single = said.size(3) == 1;
      return loss.call(single ? said.squeeze(3) : said, wanted.to(said.dtype()));
    }

    @Override
    public ScoredLoss evaluate(Batch batch) {
      Tensor said = forecasts.of(batch);
      Tensor wanted = forecasts.wanted(batch);
      Loss value = loss(said, wanted);
      Tensor point = said.select(3, said.size(3) / 2).to(DType.FLOAT64);
      Tensor unit = forecasts.deviations(batch).unsqueeze(1);
      double squares = point.sub(wanted.to(DType.FLOAT64)).mul(unit).square().mean().item();
      return new ScoredLoss(value, squares * value.weight());
    }
  }
}

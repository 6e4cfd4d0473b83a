package ai.cresset.jobs.workload.series;

import ai.cresset.data.Batch;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.model.Forecaster;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * What a model forecasts for windows.
 *
 * @param model which
 * @param file what it is made of
 * @param summary what a window is
 */
record Forecasts(Forecaster model, SeriesModelFile file, SeriesSummary summary) {
  private DType type() {
    return file.settings().dtype().dtype();
  }

  /** On the model's scale, {@code [batch, horizon, targets, outputs]}. */
  Tensor of(Batch batch) {
    Tensor past = past(batch).to(type());
    Tensor ahead =
        summary.covariates() == 0
            ? null
            : batch
                .get(SeriesTrainable.AHEAD)
                .to(type())
                .reshape(batch.size(), summary.horizon(), summary.covariates());
    return model.call(past, ahead);
  }

  private Tensor past(Batch batch) {
    int width = summary.targets().size() + summary.covariates();
    return batch.get(SeriesTrainable.PAST).reshape(batch.size(), summary.context(), width);
  }

  /** What came, on the model's scale, {@code [batch, horizon, targets]}. */
  Tensor wanted(Batch batch) {
    return batch
        .get(SeriesTrainable.TARGET)
        .reshape(batch.size(), summary.horizon(), summary.targets().size());
  }

  /**
   * The past without covariates, float64 on the model's scale, {@code [batch, context, targets]}.
   */
  Tensor values(Batch batch) {
    return past(batch).narrow(2, 0, summary.targets().size()).to(DType.FLOAT64);
  }

  /** What a step on the model's scale is in the unit of the series, {@code [batch, targets]}. */
  Tensor deviations(Batch batch) {
    return scale(batch, 1);
  }

  /** Zero of the model's scale in the unit of the series, {@code [batch, targets]}. */
  Tensor means(Batch batch) {
    return scale(batch, 0);
  }

  /** Naive errors of training, {@code [batch, targets]}. */
  Tensor naiveErrors(Batch batch) {
    return scale(batch, 2);
  }

  private Tensor scale(Batch batch, int which) {
    int targets = summary.targets().size();
    return batch.get(SeriesTrainable.SCALE).narrow(1, (long) which * targets, targets);
  }
}

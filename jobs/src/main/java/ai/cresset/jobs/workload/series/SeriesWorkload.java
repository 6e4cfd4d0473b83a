package ai.cresset.jobs.workload.series;

import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.series.SeriesCorpus;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.Score;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A forecaster of time series. */
public record SeriesWorkload(SeriesRecipe recipe) implements CorpusWorkload<SeriesSummary> {
  /** What turns rows into windows, beside the checkpoints. */
  public static final String COMPANION = "series.json";

  static final Wording WORDING =
      new Wording("windows", "windows", "values of validation windows", Score.RMSE);

  @Override
  public CorpusSource<SeriesSummary> source() {
    return new CorpusSource<>(
        "series",
        recipe.data().cacheDir(),
        SeriesSummary.class,
        configuration -> SeriesCorpus.check(configuration, recipe.data()),
        configuration -> SeriesCorpus.describe(recipe.data(), configuration),
        spark -> SeriesCorpus.read(spark, recipe.data()),
        SeriesWorkload::requests);
  }

  @Override
  public Prepared prepared(SplitData<SeriesSummary> data) {
    SeriesSummary summary = data.summary();
    SeriesModelFile model =
        new SeriesModelFile(
            summary.context(),
            summary.horizon(),
            summary.targets().size(),
            summary.covariates(),
            recipe.model());
    return data.prepared(
        CorpusWorkload.parts(
                "windows",
                summary.trainWindows(),
                summary.validationWindows(),
                summary.testWindows())
            + String.format(Locale.ROOT, ", of %,d series", summary.series().size()),
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(summary),
            "of other series, windows or another split of them; use the same data"),
        new SeriesTrainable(
            model,
            summary,
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  private static List<ColumnRequest> requests(SeriesSummary summary) {
    int targets = summary.targets().size();
    int covariates = summary.covariates();
    List<ColumnRequest> requests = new ArrayList<>();
    requests.add(
        ColumnRequest.fixed(SeriesTrainable.PAST, summary.context() * (targets + covariates)));
    if (covariates > 0) {
      requests.add(ColumnRequest.fixed(SeriesTrainable.AHEAD, summary.horizon() * covariates));
    }
    requests.add(ColumnRequest.fixed(SeriesTrainable.TARGET, summary.horizon() * targets));
    requests.add(ColumnRequest.fixed(SeriesTrainable.SCALE, 3 * targets));
    requests.add(ColumnRequest.of(SeriesTrainable.SERIES));
    requests.add(ColumnRequest.of(SeriesTrainable.TIME));
    return requests;
  }

  @Override
  public Wording wording() {
    return WORDING;
  }
}

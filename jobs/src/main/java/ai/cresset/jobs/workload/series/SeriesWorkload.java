package ai.cresset.jobs.workload.series;

import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.series.SeriesCorpus;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.Score;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.spark.data.ColumnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A forecaster of time series. */
public record SeriesWorkload(SeriesRecipe recipe) implements Workload {
  /** What turns rows into windows, beside the checkpoints. */
  public static final String COMPANION = "series.json";

  static final Wording WORDING =
      new Wording("windows", "windows", "values of validation windows", Score.RMSE);

  @Override
  public void check(Configuration configuration) {
    SeriesCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (SeriesCorpus corpus = SeriesCorpus.read(spark, recipe.data())) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<SeriesSummary> data = data(spark, configuration);
    SeriesSummary summary = data.summary();
    SeriesModelFile model =
        new SeriesModelFile(
            summary.context(),
            summary.horizon(),
            summary.targets().size(),
            summary.covariates(),
            recipe.model());
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d windows for training, %,d for validation, %,d for the test, of %,d series%s%s",
            summary.trainWindows(),
            summary.validationWindows(),
            summary.testWindows(),
            summary.series().size(),
            data.reused() ? REUSED : "",
            summary.wasMended() ? "\n" + summary.mended() : "");
    return new Prepared(
        announcement,
        summary.describe(),
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

  private SplitData<SeriesSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "series",
        SeriesCorpus.describe(recipe.data(), configuration),
        SeriesSummary.class,
        cache -> {
          try (SeriesCorpus corpus = SeriesCorpus.read(spark, recipe.data())) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(corpus::summary, SeriesWorkload::requests, corpus::frame));
          }
        });
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

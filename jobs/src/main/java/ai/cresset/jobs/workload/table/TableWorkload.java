package ai.cresset.jobs.workload.table;

import ai.cresset.jobs.recipe.TableDataSettings.Task;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.table.TableColumns;
import ai.cresset.jobs.table.TableCorpus;
import ai.cresset.jobs.table.TableSummary;
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

/** A model of table rows. */
public record TableWorkload(TableRecipe recipe) implements Workload {
  private static final String COMPANION = "columns.json";

  @Override
  public void check(Configuration configuration) {
    TableCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (TableCorpus corpus = TableCorpus.read(spark, recipe.data())) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<TableSummary> data = data(spark, configuration);
    TableSummary summary = data.summary();
    TableColumns columns = summary.columns();
    TableModelFile model =
        new TableModelFile(
            columns.numeric().size(),
            columns.categorical().stream().map(TableColumns.Categorical::size).toList(),
            Math.max(1, columns.classes().size()),
            recipe.model());
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d rows for training, %,d for validation, %,d for the test, %d columns%s%s",
            summary.trainRows(),
            summary.validationRows(),
            summary.testRows(),
            columns.numeric().size() + columns.categorical().size(),
            data.reused() ? REUSED : "",
            summary.skippedRows() == 0 ? "" : "\n" + summary.skipped());
    return new Prepared(
        announcement,
        summary.describe(),
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(columns),
            "of other rows, columns or another split of them; use the same data"),
        new TableTrainable(
            model,
            columns,
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  private SplitData<TableSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "table",
        TableCorpus.describe(recipe.data(), configuration),
        TableSummary.class,
        cache -> {
          try (TableCorpus corpus = TableCorpus.read(spark, recipe.data())) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(
                    corpus::summary, summary -> requests(summary.columns()), corpus::frame));
          }
        });
  }

  private static List<ColumnRequest> requests(TableColumns columns) {
    List<ColumnRequest> requests = new ArrayList<>();
    if (!columns.numeric().isEmpty()) {
      requests.add(ColumnRequest.fixed(TableTrainable.NUMBERS, columns.numeric().size()));
    }
    if (!columns.categorical().isEmpty()) {
      requests.add(ColumnRequest.fixed(TableTrainable.CATEGORIES, columns.categorical().size()));
    }
    requests.add(ColumnRequest.of(TableTrainable.answer(columns)));
    return requests;
  }

  @Override
  public Wording wording() {
    return recipe.data().task() == Task.REGRESSION
        ? Wording.MEASURED_ROWS
        : Wording.CLASSIFIED_ROWS;
  }
}

package ai.cresset.jobs.workload.table;

import ai.cresset.jobs.recipe.TableDataSettings.Task;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.table.TableColumns;
import ai.cresset.jobs.table.TableCorpus;
import ai.cresset.jobs.table.TableSummary;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import java.util.ArrayList;
import java.util.List;

/** A model of table rows. */
public record TableWorkload(TableRecipe recipe) implements CorpusWorkload<TableSummary> {
  private static final String COMPANION = "columns.json";

  @Override
  public CorpusSource<TableSummary> source() {
    return new CorpusSource<>(
        "table",
        recipe.data().cacheDir(),
        TableSummary.class,
        configuration -> TableCorpus.check(configuration, recipe.data()),
        configuration -> TableCorpus.describe(recipe.data(), configuration),
        spark -> TableCorpus.read(spark, recipe.data()),
        summary -> requests(summary.columns()));
  }

  @Override
  public Prepared prepared(SplitData<TableSummary> data) {
    TableSummary summary = data.summary();
    TableColumns columns = summary.columns();
    TableModelFile model =
        new TableModelFile(
            columns.numeric().size(),
            columns.categorical().stream().map(TableColumns.Categorical::size).toList(),
            Math.max(1, columns.classes().size()),
            recipe.model());
    return data.prepared(
        CorpusWorkload.parts(
                "rows", summary.trainRows(), summary.validationRows(), summary.testRows())
            + ", "
            + (columns.numeric().size() + columns.categorical().size())
            + " columns",
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

package ai.cresset.jobs.workload.sequence;

import ai.cresset.jobs.recipe.SequenceDataSettings.Task;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.sequence.SequenceCorpus;
import ai.cresset.jobs.sequence.SequenceSummary;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import java.util.List;

/** A model of texts. */
public record SequenceWorkload(SequenceRecipe recipe) implements CorpusWorkload<SequenceSummary> {
  private static final String COMPANION = "vocabulary.json";

  @Override
  public CorpusSource<SequenceSummary> source() {
    return new CorpusSource<>(
        "sequence",
        recipe.data().cacheDir(),
        SequenceSummary.class,
        configuration -> SequenceCorpus.check(configuration, recipe.data()),
        configuration -> SequenceCorpus.describe(recipe.data(), configuration),
        spark -> SequenceCorpus.read(spark, recipe.data()),
        SequenceWorkload::requests);
  }

  @Override
  public Prepared prepared(SplitData<SequenceSummary> data) {
    SequenceSummary summary = data.summary();
    boolean classes = recipe.data().task() == Task.CLASSIFICATION;
    SequenceModelFile model =
        new SequenceModelFile(
            summary.source().size(),
            classes ? 0 : summary.target().size(),
            summary.classes().size(),
            Math.max(summary.sourceLength(), summary.targetLength()),
            recipe.model());
    return data.prepared(
        CorpusWorkload.parts(
            "texts", summary.trainRows(), summary.validationRows(), summary.testRows()),
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(summary),
            "of other texts or another split of them; use the same data"),
        new SequenceTrainable(
            model,
            summary,
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  private static List<ColumnRequest> requests(SequenceSummary summary) {
    return List.of(
        ColumnRequest.fixed(SequenceTrainable.SOURCE, summary.sourceLength()),
        ColumnRequest.fixed(SequenceTrainable.TARGET, summary.targetLength()),
        ColumnRequest.of(SequenceTrainable.LABEL));
  }

  @Override
  public Wording wording() {
    return recipe.data().task() == Task.CLASSIFICATION
        ? Wording.CLASSIFIED_TEXTS
        : Wording.WRITTEN_TEXTS;
  }
}

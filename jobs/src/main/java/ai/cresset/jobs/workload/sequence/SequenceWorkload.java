package ai.cresset.jobs.workload.sequence;

import ai.cresset.jobs.recipe.SequenceDataSettings.Task;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.sequence.SequenceCorpus;
import ai.cresset.jobs.sequence.SequenceSummary;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.spark.data.ColumnRequest;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A model of texts. */
public record SequenceWorkload(SequenceRecipe recipe) implements Workload {
  private static final String COMPANION = "vocabulary.json";

  @Override
  public void check(Configuration configuration) {
    SequenceCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (SequenceCorpus corpus = SequenceCorpus.read(spark, recipe.data())) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<SequenceSummary> data = data(spark, configuration);
    SequenceSummary summary = data.summary();
    boolean classes = recipe.data().task() == Task.CLASSIFICATION;
    SequenceModelFile model =
        new SequenceModelFile(
            summary.source().size(),
            classes ? 0 : summary.target().size(),
            summary.classes().size(),
            Math.max(summary.sourceLength(), summary.targetLength()),
            recipe.model());
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d texts for training, %,d for validation, %,d for the test%s%s",
            summary.trainRows(),
            summary.validationRows(),
            summary.testRows(),
            data.reused() ? REUSED : "",
            summary.skippedRows() == 0 ? "" : "\n" + summary.skipped());
    return new Prepared(
        announcement,
        summary.describe(),
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

  private SplitData<SequenceSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "sequence",
        SequenceCorpus.describe(recipe.data(), configuration),
        SequenceSummary.class,
        cache -> {
          try (SequenceCorpus corpus = SequenceCorpus.read(spark, recipe.data())) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(corpus::summary, SequenceWorkload::requests, corpus::frame));
          }
        });
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

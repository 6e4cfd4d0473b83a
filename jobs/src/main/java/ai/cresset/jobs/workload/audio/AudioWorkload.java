package ai.cresset.jobs.workload.audio;

import ai.cresset.jobs.audio.SoundCorpus;
import ai.cresset.jobs.audio.SoundSummary;
import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.Score;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A classifier of sounds. */
public record AudioWorkload(AudioRecipe recipe) implements Workload {
  private static final String COMPANION = "sounds.json";

  static final Wording WORDING =
      new Wording("sounds", "sounds", "validation sounds", Score.ACCURACY);

  @Override
  public void check(Configuration configuration) {
    SoundCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (SoundCorpus corpus = SoundCorpus.open(spark, recipe.data())) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<SoundSummary> data = data(spark, configuration);
    SoundSummary summary = data.summary();
    AudioModelFile model =
        new AudioModelFile(
            summary.features().rows(),
            summary.features().windows(),
            summary.classes().size(),
            recipe.model());
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d sounds for training, %,d for validation, %,d for the test, %d classes%s%s",
            summary.trainSounds(),
            summary.validationSounds(),
            summary.testSounds(),
            summary.classes().size(),
            data.reused() ? REUSED : "",
            summary.skippedSounds() == 0 ? "" : "\n" + summary.skipped());
    return new Prepared(
        announcement,
        summary.describe(),
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(summary),
            "of other sounds or another split of them; use the same data"),
        new AudioTrainable(
            model,
            summary,
            SoundVariation.of(recipe.data()),
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  private SplitData<SoundSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "sounds",
        SoundCorpus.describe(recipe.data(), configuration),
        SoundSummary.class,
        cache -> {
          try (SoundCorpus corpus = SoundCorpus.open(spark, recipe.data())) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(corpus::summary, AudioWorkload::requests, corpus::frame));
          }
        });
  }

  private static List<ColumnRequest> requests(SoundSummary summary) {
    return List.of(
        ColumnRequest.packed(AudioTrainable.SOUND, DType.INT16, summary.features().frames()),
        ColumnRequest.of(AudioTrainable.LABEL));
  }

  @Override
  public Wording wording() {
    return WORDING;
  }
}

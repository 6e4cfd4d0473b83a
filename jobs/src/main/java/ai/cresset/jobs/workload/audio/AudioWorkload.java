package ai.cresset.jobs.workload.audio;

import ai.cresset.jobs.audio.SoundCorpus;
import ai.cresset.jobs.audio.SoundSummary;
import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.Score;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.type.DType;
import java.util.List;

/** A classifier of sounds. */
public record AudioWorkload(AudioRecipe recipe) implements CorpusWorkload<SoundSummary> {
  private static final String COMPANION = "sounds.json";

  static final Wording WORDING =
      new Wording("sounds", "sounds", "validation sounds", Score.ACCURACY);

  @Override
  public CorpusSource<SoundSummary> source() {
    return new CorpusSource<>(
        "sounds",
        recipe.data().cacheDir(),
        SoundSummary.class,
        configuration -> SoundCorpus.check(configuration, recipe.data()),
        configuration -> SoundCorpus.describe(recipe.data(), configuration),
        spark -> SoundCorpus.open(spark, recipe.data()),
        AudioWorkload::requests);
  }

  @Override
  public Prepared prepared(SplitData<SoundSummary> data) {
    SoundSummary summary = data.summary();
    AudioModelFile model =
        new AudioModelFile(
            summary.features().rows(),
            summary.features().windows(),
            summary.classes().size(),
            recipe.model());
    return data.prepared(
        CorpusWorkload.parts(
                "sounds", summary.trainSounds(), summary.validationSounds(), summary.testSounds())
            + ", "
            + summary.classes().size()
            + " classes",
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

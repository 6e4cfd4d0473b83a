package ai.cresset.jobs.workload.generative;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.image.ImageCorpus;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.image.Labels;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.type.DType;
import java.util.List;

/** A network that makes images. */
public record GenerativeWorkload(GenerativeRecipe recipe) implements CorpusWorkload<ImageSummary> {
  private static final String COMPANION = "images.json";

  private ImageDataSettings images() {
    return recipe.data().images();
  }

  @Override
  public CorpusSource<ImageSummary> source() {
    return new CorpusSource<>(
        "pictures",
        recipe.data().cacheDir(),
        ImageSummary.class,
        configuration -> ImageCorpus.check(configuration, images(), Labels.IGNORED),
        configuration -> ImageCorpus.describe(images(), Labels.IGNORED, configuration),
        spark -> ImageCorpus.open(spark, images(), Labels.IGNORED),
        GenerativeWorkload::requests);
  }

  @Override
  public Prepared prepared(SplitData<ImageSummary> data) {
    ImageSummary summary = data.summary();
    GenerativeModelFile model =
        new GenerativeModelFile(
            summary.channels(), summary.height(), summary.width(), recipe.model());
    checkStages(summary);
    return data.prepared(
        CorpusWorkload.parts(
            "images", summary.trainImages(), summary.validationImages(), summary.testImages()),
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(summary),
            "of other images or another split of them; use the same data"),
        new GenerativeTrainable(
            model,
            recipe.data().flip(),
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  /** Before workers start, and by the key of the recipe. */
  private void checkStages(ImageSummary summary) {
    int smallest = Math.min(summary.height(), summary.width());
    int most = 31 - Integer.numberOfLeadingZeros(smallest);
    if (recipe.model().stages() > most) {
      throw ConfigException.value(
          "model.stages",
          recipe.model().stages(),
          "at most "
              + most
              + ", because each halves the images, which are "
              + summary.height()
              + " x "
              + summary.width());
    }
  }

  private static List<ColumnRequest> requests(ImageSummary summary) {
    return List.of(ColumnRequest.packed(ImageBatches.IMAGE, DType.UINT8, summary.elements()));
  }

  @Override
  public Wording wording() {
    return switch (recipe.model().kind()) {
      case AUTOENCODER -> Wording.REBUILT_IMAGES;
      case VAE -> Wording.EXPLAINED_IMAGES;
      case GAN -> Wording.MADE_IMAGES;
    };
  }
}

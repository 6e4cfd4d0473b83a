package ai.cresset.jobs.workload.generative;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.image.ImageCorpus;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.image.Labels;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.ClassSplit.Part;
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

/** A network that makes images. */
public record GenerativeWorkload(GenerativeRecipe recipe) implements Workload {
  private static final String COMPANION = "images.json";

  private ImageDataSettings images() {
    return recipe.data().images();
  }

  @Override
  public void check(Configuration configuration) {
    ImageCorpus.check(configuration, images(), Labels.IGNORED);
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (ImageCorpus corpus = ImageCorpus.open(spark, images(), Labels.IGNORED)) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<ImageSummary> data = data(spark, configuration);
    ImageSummary summary = data.summary();
    GenerativeModelFile model =
        new GenerativeModelFile(
            summary.channels(), summary.height(), summary.width(), recipe.model());
    checkStages(summary);
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d images for training, %,d for validation, %,d for the test%s%s",
            summary.trainImages(),
            summary.validationImages(),
            summary.testImages(),
            data.reused() ? REUSED : "",
            summary.skippedImages() == 0 ? "" : "\n" + summary.skipped());
    return new Prepared(
        announcement,
        summary.describe(),
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

  private SplitData<ImageSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "pictures",
        ImageCorpus.describe(images(), Labels.IGNORED, configuration),
        ImageSummary.class,
        cache -> {
          try (ImageCorpus corpus = ImageCorpus.open(spark, images(), Labels.IGNORED)) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(
                    corpus::summary, GenerativeWorkload::requests, corpus::frame));
          }
        });
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

package ai.cresset.jobs.workload.image;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.image.ImageCorpus;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.recipe.ImageModelSettings.Kind;
import ai.cresset.jobs.recipe.ImageRecipe;
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

/** A classifier of images. */
public record ImageWorkload(ImageRecipe recipe) implements Workload {
  private static final String COMPANION = "images.json";

  @Override
  public void check(Configuration configuration) {
    ImageCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
    PretrainedWeights.check(recipe.model().init(), configuration);
  }

  @Override
  public String inspect(SparkSession spark) {
    try (ImageCorpus corpus = ImageCorpus.open(spark, recipe.data())) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    SplitData<ImageSummary> data = data(spark, configuration);
    ImageSummary summary = data.summary();
    int channels = summary.channels();
    if (recipe.model().kind() == Kind.RESNET18 && channels != 1 && channels != 3) {
      throw ConfigException.value(
          "model.kind",
          "resnet18",
          "cnn, because the images have " + channels + " channels and a ResNet takes 1 or 3");
    }
    ImageModelFile model =
        new ImageModelFile(
            summary.channels(),
            summary.height(),
            summary.width(),
            summary.classes().size(),
            recipe.model());
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d images for training, %,d for validation, %,d for the test, %d classes%s%s",
            summary.trainImages(),
            summary.validationImages(),
            summary.testImages(),
            summary.classes().size(),
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
        new ImageTrainable(
            model,
            summary,
            new ImageAugmentation(recipe.data().shift(), recipe.data().flip()),
            TrainingTransforms.of(recipe.data()),
            recipe.data().classWeights(),
            data.part(Part.TRAIN),
            data.part(Part.VALIDATION),
            data.part(Part.TEST)));
  }

  private SplitData<ImageSummary> data(SparkSession spark, Configuration configuration) {
    return SplitData.of(
        StoredText.in(recipe.data().cacheDir(), configuration),
        "images",
        ImageCorpus.describe(recipe.data(), configuration),
        ImageSummary.class,
        cache -> {
          try (ImageCorpus corpus = ImageCorpus.open(spark, recipe.data())) {
            return SplitData.write(
                cache,
                new SplitData.Source<>(corpus::summary, ImageWorkload::requests, corpus::frame));
          }
        });
  }

  private static List<ColumnRequest> requests(ImageSummary summary) {
    return List.of(
        ColumnRequest.packed(ImageTrainable.IMAGE, DType.UINT8, summary.elements()),
        ColumnRequest.of(ImageTrainable.LABEL));
  }

  @Override
  public Wording wording() {
    return Wording.IMAGES;
  }
}

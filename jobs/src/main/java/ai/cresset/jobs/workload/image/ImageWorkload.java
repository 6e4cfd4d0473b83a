package ai.cresset.jobs.workload.image;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.image.ImageCorpus;
import ai.cresset.jobs.image.ImageSummary;
import ai.cresset.jobs.image.Labels;
import ai.cresset.jobs.recipe.ImageModelSettings.Kind;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.type.DType;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A classifier of images. */
public record ImageWorkload(ImageRecipe recipe) implements CorpusWorkload<ImageSummary> {
  private static final String COMPANION = "images.json";

  @Override
  public CorpusSource<ImageSummary> source() {
    return new CorpusSource<>(
        "images",
        recipe.data().cacheDir(),
        ImageSummary.class,
        this::checkFiles,
        configuration -> ImageCorpus.describe(recipe.data(), Labels.READ, configuration),
        spark -> ImageCorpus.open(spark, recipe.data(), Labels.READ),
        ImageWorkload::requests);
  }

  private void checkFiles(Configuration configuration) {
    ImageCorpus.check(configuration, recipe.data(), Labels.READ);
    PretrainedWeights.check(recipe.model().init(), configuration);
  }

  @Override
  public Prepared prepared(SplitData<ImageSummary> data) {
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
    return data.prepared(
        CorpusWorkload.parts(
                "images", summary.trainImages(), summary.validationImages(), summary.testImages())
            + ", "
            + summary.classes().size()
            + " classes",
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

package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.nn.Layer;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Images beside what comes back of them, and images that are new. */
record GenerativeExhibit(Layer model, ImageBatches batches) implements Exhibit {
  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {}

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    Tensor images = batches.images(batch);
    if (model instanceof GenerativeAdversarialNetwork gan) {
      return made(gan, gan.call(batches.latent(images.size(0), images.device())));
    }
    Tensor rebuilt = model.call(images);
    Tensor drawn =
        model instanceof VariationalAutoencoder vae
            ? vae.decode(batches.latent(images.size(0), images.device()))
            : rebuilt;
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < images.size(0); i++) {
      Tensor image = images.select(0, i);
      Tensor back = rebuilt.select(0, i);
      double error = back.sub(image).square().mean().item();
      boolean prior = drawn != rebuilt;
      samples.add(
          new SamplePrediction(
              prior ? "an image, what comes back, and a new one" : "an image and what comes back",
              prior
                  ? batches.picture(image, back, drawn.select(0, i))
                  : batches.picture(image, back),
              "",
              String.format(Locale.ROOT, "rmse %.4f", Math.sqrt(error)),
              null));
    }
    return samples;
  }

  private List<SamplePrediction> made(GenerativeAdversarialNetwork gan, Tensor images) {
    double[] chances = gan.discriminate(images).to(DType.FLOAT64).sigmoid().toDoubleArray();
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < chances.length; i++) {
      samples.add(
          new SamplePrediction(
              "a new image",
              batches.picture(images.select(0, i)),
              "",
              String.format(Locale.ROOT, "taken for real with %.1f %%", 100 * chances[i]),
              null));
    }
    return samples;
  }
}

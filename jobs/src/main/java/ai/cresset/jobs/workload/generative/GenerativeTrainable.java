package ai.cresset.jobs.workload.generative;

import ai.cresset.data.ArrowDataset;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.VariedImages;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.model.ConvolutionalAutoencoder;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.nn.Layer;
import ai.cresset.nn.loss.MeanSquaredErrorLoss;
import ai.cresset.train.Objective;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.util.List;

/**
 * A network that makes images, and those that it learns from.
 *
 * @param file what to build
 * @param flip whether half of the images are mirrored while the model trains
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
record GenerativeTrainable(
    GenerativeModelFile file, boolean flip, String train, String validation, String test)
    implements Trainable {
  @Override
  public Parts open(TrainSettings settings, Device device) {
    Layer model = file.build(device);
    ImageBatches batches = new ImageBatches(file);
    Dataset plain = open(train);
    Dataset training =
        flip
            ? new VariedImages(
                plain, ImageBatches.IMAGE, new Mirroring(settings.seed(), file.width()))
            : plain;
    return new Parts(
        model,
        objective(model, batches, settings),
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.IMAGES.unit(), 1),
        () -> "",
        new GenerativeExhibit(model, batches));
  }

  private Objective objective(Layer model, ImageBatches batches, TrainSettings settings) {
    if (model instanceof GenerativeAdversarialNetwork gan) {
      return new GanObjective(
          gan, batches, file.settings().certainty(), file.settings().gradientPenalty());
    }
    if (model instanceof VariationalAutoencoder vae) {
      return new VaeObjective(vae, batches, file.settings().beta());
    }
    return new AutoencoderObjective(
        (ConvolutionalAutoencoder) model,
        batches,
        LossChoice.of(settings, new MeanSquaredErrorLoss()));
  }

  private static Dataset open(String directory) {
    return new ArrowDataset(StoredParts.open(directory), List.of(ImageBatches.IMAGE));
  }
}

package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.model.ConvolutionalAutoencoder;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;

/**
 * What comes back shall be what went in. The score is the squared error.
 *
 * @param loss of images that came back and those that went in
 */
record AutoencoderObjective(ConvolutionalAutoencoder model, ImageBatches batches, TargetLoss loss)
    implements Objective {
  @Override
  public Loss loss(Batch batch) {
    Tensor images = batches.images(batch);
    return loss.call(model.call(images), images);
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    Tensor images = batches.images(batch);
    Tensor rebuilt = model.call(images);
    Loss found = loss.call(rebuilt, images);
    double error = Losses.mseLoss(rebuilt, images).mean().item();
    return new ScoredLoss(found, error * found.weight());
  }
}

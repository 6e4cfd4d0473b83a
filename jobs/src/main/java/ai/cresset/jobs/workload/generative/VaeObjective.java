package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;

/**
 * The cost of an image. The score is that with a beta of 1: the negative evidence lower bound.
 *
 * @param beta how much the divergence counts
 */
record VaeObjective(VariationalAutoencoder model, ImageBatches batches, double beta)
    implements Objective {
  @Override
  public Loss loss(Batch batch) {
    return model.loss(batches.images(batch), beta);
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    Tensor images = batches.images(batch);
    Loss found = model.loss(images, beta);
    Loss bound = beta == 1 ? found : model.loss(images, 1);
    return new ScoredLoss(found, bound.sum().item());
  }
}

package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.Player;
import ai.cresset.train.ScoredLoss;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * In each step the discriminator learns first, then the generator, each with new numbers. Neither
 * loss says how good images are: what is evaluated, as loss and as score, is their energy distance
 * from real ones, over pairs of a batch.
 *
 * @param certainty how sure the discriminator shall be of real images
 * @param penalty how much the slope of its logits at real images counts
 */
record GanObjective(
    GenerativeAdversarialNetwork model, ImageBatches batches, double certainty, double penalty)
    implements Objective {
  private static final Spec SUM = new Spec(Shape.of(), DType.FLOAT64, Device.CPU);

  @Override
  public Loss loss(Batch batch) {
    return against(batch);
  }

  @Override
  public List<Player> players() {
    return List.of(
        new Player("discriminator", model.discriminator(), this::against),
        new Player("generator", model.generator(), this::towards));
  }

  private Loss against(Batch batch) {
    Tensor images = batches.images(batch);
    return model.discriminatorLoss(images, latent(batch), certainty, penalty);
  }

  private Loss towards(Batch batch) {
    return model.generatorLoss(latent(batch));
  }

  private Tensor latent(Batch batch) {
    Device device = batch.get(ImageBatches.IMAGE).device();
    return batches.latent(batch.size(), device);
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    // One image has no distance from others of its batch.
    long weight = batch.size() < 2 ? 0 : batch.size();
    double distance =
        weight == 0
            ? 0
            : EnergyDistance.between(
                model.call(latent(batch)).flatten(1, -1), batches.images(batch).flatten(1, -1));
    return new ScoredLoss(new Loss(Tensor.full(SUM, distance * weight), weight), distance * weight);
  }
}

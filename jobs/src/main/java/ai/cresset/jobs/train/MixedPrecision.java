package ai.cresset.jobs.train;

import ai.cresset.amp.Autocast;
import ai.cresset.data.Batch;
import ai.cresset.tensor.Loss;
import ai.cresset.train.Objective;
import ai.cresset.train.ScoredLoss;
import ai.cresset.type.DType;
import ai.cresset.type.Device;

/**
 * An objective whose products and convolutions run in bfloat16, as {@code torch.autocast} has it;
 * weights, gradients and the optimizer's state stay as they are. bfloat16 has the range of float32,
 * so that losses need no scaling.
 *
 * @param objective what is computed
 * @param kind of the model's device
 */
record MixedPrecision(Objective objective, Device.Kind kind) implements Objective {
  @Override
  public Loss loss(Batch batch) {
    try (Autocast cast = Autocast.enable(kind, DType.BFLOAT16)) {
      return objective.loss(batch);
    }
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    try (Autocast cast = Autocast.enable(kind, DType.BFLOAT16)) {
      return objective.evaluate(batch);
    }
  }
}

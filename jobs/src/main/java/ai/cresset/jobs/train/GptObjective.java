package ai.cresset.jobs.train;

import ai.cresset.data.Batch;
import ai.cresset.model.Gpt;
import ai.cresset.nn.Layered;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LayeredObjective;

/**
 * Predicting the next token.
 *
 * @param gpt the model
 */
record GptObjective(Gpt gpt) implements LayeredObjective {
  @Override
  public Layered model() {
    return gpt;
  }

  @Override
  public Tensor input(Batch batch) {
    return batch.inputs();
  }

  @Override
  public Loss loss(Tensor logits, Batch batch) {
    return gpt.crossEntropy(logits, batch.targets());
  }

  /** The model's own call, which brings its parameters where they are cut. */
  @Override
  public Loss loss(Batch batch) {
    return gpt.loss(batch.inputs(), batch.targets());
  }
}

package ai.cresset.jobs.workload.gpt;

import ai.cresset.data.Batch;
import ai.cresset.model.Gpt;
import ai.cresset.nn.Layered;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LayeredObjective;
import java.util.function.BiFunction;

/**
 * Predicting the next token.
 *
 * @param gpt the model
 * @param loss of logits {@code [batch, length, vocabulary]} and targets {@code [batch, length]}
 */
record GptObjective(Gpt gpt, BiFunction<Tensor, Tensor, Loss> loss) implements LayeredObjective {
  /** With the model's own loss. */
  GptObjective(Gpt gpt) {
    this(gpt, gpt::crossEntropy);
  }

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
    return loss.apply(logits, batch.targets());
  }

  /** The model's own call, which brings its parameters where they are cut. */
  @Override
  public Loss loss(Batch batch) {
    return loss(gpt.logits(batch.inputs()), batch);
  }
}

package ai.cresset.train;

import java.io.Serializable;

/**
 * What the whole validation set gave.
 *
 * @param loss mean loss, over all that counts
 * @param weight how much that is: tokens, samples
 */
public record Evaluation(double loss, double weight) implements Serializable {
  /** {@code e} to the loss: between how many tokens the model hesitates. */
  public double perplexity() {
    return StrictMath.exp(loss);
  }
}

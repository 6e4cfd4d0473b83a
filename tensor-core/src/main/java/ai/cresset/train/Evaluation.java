package ai.cresset.train;

import java.io.Serializable;

/**
 * What the whole validation set gave.
 *
 * @param loss mean loss, over all that counts
 * @param weight how much that is: tokens, samples
 * @param score mean of what the objective counts beside the loss, such as right answers; NaN for
 *     none
 */
public record Evaluation(double loss, double weight, double score) implements Serializable {
  /** Without a score. */
  public Evaluation(double loss, double weight) {
    this(loss, weight, Double.NaN);
  }

  /** {@code e} to the loss: between how many tokens the model hesitates. */
  public double perplexity() {
    return StrictMath.exp(loss);
  }
}

package ai.cresset.train;

/**
 * A summed loss and what to divide it by.
 *
 * @param sum summed loss
 * @param weight how much it counts: samples, tokens
 */
public record LossSum(double sum, double weight) {
  /** Nothing. */
  public static final LossSum ZERO = new LossSum(0, 0);

  /** Both together. */
  public LossSum plus(double moreSum, double moreWeight) {
    return new LossSum(sum + moreSum, weight + moreWeight);
  }

  /** The mean; NaN for a weight of 0. */
  public double mean() {
    return sum / weight;
  }
}

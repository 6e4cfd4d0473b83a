package ai.cresset.metric;

import ai.cresset.tensor.Loss;

/** {@code e} to the mean loss in nats: between how many tokens the model hesitates. */
public final class Perplexity extends SummedMetric {
  private static final int LOSS = 0;
  private static final int WEIGHT = 1;

  /** Nothing counted yet. */
  public Perplexity() {
    super(2);
  }

  /** Counts a batch. */
  public void update(Loss loss) {
    update(loss.sum().item(), loss.weight());
  }

  /** Counts a batch whose loss was read already. */
  public void update(double sum, double weightOfBatch) {
    sums[LOSS] += sum;
    sums[WEIGHT] += weightOfBatch;
  }

  @Override
  public String name() {
    return "perplexity";
  }

  /** The mean loss so far. */
  public double meanLoss() {
    return sums[LOSS] / sums[WEIGHT];
  }

  @Override
  public double value() {
    return StrictMath.exp(meanLoss());
  }
}

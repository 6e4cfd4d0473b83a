package ai.cresset.metric;

import ai.cresset.tensor.Loss;

/** {@code e} to the mean loss in nats: between how many tokens the model hesitates. */
public final class Perplexity implements Metric {
  private double lossSum;
  private double weight;

  /** Counts a batch. */
  public void update(Loss loss) {
    update(loss.sum().item(), loss.weight());
  }

  /** Counts a batch whose loss was read already. */
  public void update(double sum, double weightOfBatch) {
    lossSum += sum;
    weight += weightOfBatch;
  }

  @Override
  public String name() {
    return "perplexity";
  }

  @Override
  public double[] sums() {
    return new double[] {lossSum, weight};
  }

  @Override
  public void merge(double[] sums) {
    lossSum += sums[0];
    weight += sums[1];
  }

  /** The mean loss so far. */
  public double meanLoss() {
    return lossSum / weight;
  }

  @Override
  public double value() {
    return StrictMath.exp(meanLoss());
  }

  @Override
  public void reset() {
    lossSum = 0;
    weight = 0;
  }
}

package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.random.Philox;

/**
 * Samples drawn with replacement, each as often as its weight says ({@code WeightedRandomSampler}).
 * A place costs the logarithm of the number of samples.
 */
public final class WeightedSampler implements Sampler {
  private final double[] sums;
  private final long epochSize;
  private final long seed;

  /**
   * A sampler.
   *
   * @param weights of all samples, finite and not below 0, not all 0
   * @param epochSize how many draws make an epoch
   */
  public WeightedSampler(double[] weights, long epochSize, long seed) {
    if (epochSize < 1) {
      throw DataException.because("an epoch of " + epochSize + " draws; expected at least 1");
    }
    sums = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0) || Double.isInfinite(weights[i])) {
        throw DataException.because(
            "the weight of sample " + i + " is " + weights[i] + ", expected a number from 0 on");
      }
      sum += weights[i];
      sums[i] = sum;
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      throw DataException.because(
          "the weights of " + weights.length + " samples add up to " + sum + ", expected above 0");
    }
    this.epochSize = epochSize;
    this.seed = seed;
  }

  /**
   * Every class as often as any other, in epochs as long as the data set.
   *
   * @param classes the class of each sample, from 0
   */
  public static WeightedSampler balanced(int[] classes, long seed) {
    double[] weights = new double[classes.length];
    double[] ofClass = ClassWeights.balanced(classes);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = ofClass[classes[i]];
    }
    return new WeightedSampler(weights, Math.max(1, classes.length), seed);
  }

  @Override
  public long datasetSize() {
    return sums.length;
  }

  @Override
  public long epochSize() {
    return epochSize;
  }

  @Override
  public long sample(long epoch, long position) {
    int[] words = new int[4];
    Philox.block(seed ^ epoch * 0x9E37_79B9_7F4A_7C15L, position, words, 0);
    long bits = (words[0] & 0xffff_ffffL) << 21 ^ (words[1] & 0xffff_ffffL) >>> 11;
    double drawn = bits * 0x1p-53 * sums[sums.length - 1];
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = low + high >>> 1;
      if (sums[middle] > drawn) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @Override
  public String description() {
    return "weighted, " + epochSize + " draws, with seed " + seed;
  }
}

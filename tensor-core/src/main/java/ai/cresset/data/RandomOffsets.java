package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.random.Philox;

/**
 * Samples drawn with replacement, without end: each place takes any sample with equal probability.
 * Over windows of a token stream these are windows at random offsets.
 */
public record RandomOffsets(long datasetSize, long seed) implements Sampler {
  public RandomOffsets {
    if (datasetSize < 1) {
      throw DataException.because(
          "random offsets need at least one sample to draw from, got " + datasetSize);
    }
  }

  @Override
  public long epochSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public long sample(long epoch, long position) {
    int[] words = new int[4];
    Philox.block(seed ^ epoch * 0x9E37_79B9_7F4A_7C15L, position, words, 0);
    long random = words[0] & 0xffff_ffffL | (long) words[1] << 32;
    // The upper half of the 128-bit product: each sample gets 2^64 / size numbers, give or take 1.
    return Math.multiplyHigh(random, datasetSize) + (random >> 63 & datasetSize);
  }

  @Override
  public String description() {
    return "random offsets with seed " + seed;
  }
}

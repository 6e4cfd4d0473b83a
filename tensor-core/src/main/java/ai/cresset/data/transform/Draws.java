package ai.cresset.data.transform;

import ai.cresset.random.Philox;

/**
 * The random numbers of one sample in one epoch, one after the other: a pure function of (seed,
 * epoch, sample), so that a sample looks the same whichever thread or rank reads it, and in
 * whichever batch. Confined to one thread.
 */
public final class Draws {
  /** Blocks that a sample may draw before it came to the next one's. */
  private static final int BLOCK_BITS = 20;

  private final long key;
  private final int[] words = new int[4];
  private long counter;
  private int used = 4;

  /**
   * The numbers of a sample.
   *
   * @param seed of the run
   * @param epoch from 0
   * @param sample its number in the data set
   */
  public Draws(long seed, long epoch, long sample) {
    Philox.block(seed, epoch, words, 0);
    this.key = words[1] & 0xffff_ffffL | (long) words[2] << 32;
    this.counter = sample << BLOCK_BITS;
  }

  /** 32 random bits. */
  public int bits() {
    if (used == 4) {
      Philox.block(key, counter++, words, 0);
      used = 0;
    }
    return words[used++];
  }

  /** In [0, 1), with 53 bits. */
  public double uniform() {
    long high = bits() & 0xffff_ffffL;
    long low = bits() & 0xffff_ffffL;
    return ((high << 21) ^ (low >>> 11)) * 0x1p-53;
  }

  /** In [least, most). */
  public double uniform(double least, double most) {
    return least + (most - least) * uniform();
  }

  /** A whole number from 0 to {@code bound - 1}. */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("a number below " + bound);
    }
    return (int) ((bits() & 0xffff_ffffL) * bound >>> 32);
  }

  /** True with this probability. */
  public boolean chance(double probability) {
    return uniform() < probability;
  }

  /** A standard normal variate, by Box and Muller's method. */
  public double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }

  /**
   * A Gamma variate of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma
   * variables", 2000).
   *
   * @param shape above 0
   */
  public double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * StrictMath.pow(1 - uniform(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
      if (v > 0
          && StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }

  /** A Beta variate. */
  public double beta(double alpha, double beta) {
    double a = gamma(alpha);
    double b = gamma(beta);
    return a + b == 0 ? 0.5 : a / (a + b);
  }

  /** The numbers 0 to {@code count - 1} in random order. */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = below(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}

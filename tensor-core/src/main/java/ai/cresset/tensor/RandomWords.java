package ai.cresset.tensor;

import ai.cresset.random.Generator;
import ai.cresset.random.Philox;

/** 64-bit random words on the host, two Philox words each. */
final class RandomWords {
  private final Generator.Key key;
  private final int[] block = new int[4];
  private long next;

  RandomWords(Generator generator, long count) {
    key = generator.reserve(count);
  }

  private long word() {
    int at = (int) (next % 4);
    if (at == 0) {
      Philox.block(key.seed(), key.offset() + next / 4, block, 0);
    }
    next += 2;
    return (long) block[at] << 32 | block[at + 1] & 0xffff_ffffL;
  }

  /**
   * Uniform in [0, bound): the upper half of a 128-bit product, whose bias is below 2^-64 * bound.
   */
  long below(long bound) {
    long word = word();
    long high = Math.multiplyHigh(word, bound);
    return word < 0 ? high + bound : high;
  }

  /** Uniform in [0, 1), 53 bits. */
  double fraction() {
    return (word() >>> 11) * 0x1p-53;
  }
}

package ai.cresset.random;

/**
 * Philox4x32-10: a function from (key, counter) to four random 32-bit words, without state. Source:
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * <p>Element {@code i} of a tensor filled under (seed, offset) takes word {@code i % 4} of the
 * block with counter {@code offset + i / 4}: the same bits on every backend and thread count.
 */
public final class Philox {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  private Philox() {}

  /** Writes the four words of block {@code counter} under {@code seed} to {@code out[at..at+3]}. */
  public static void block(long seed, long counter, int[] out, int at) {
    int c0 = (int) counter;
    int c1 = (int) (counter >>> 32);
    int c2 = 0;
    int c3 = 0;
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xffff_ffffL) * (c0 & 0xffff_ffffL);
      long p1 = (M1 & 0xffff_ffffL) * (c2 & 0xffff_ffffL);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += W0;
      k1 += W1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }

  /** A float in [0, 1) from the upper 24 bits. */
  public static float uniform(int word) {
    return (word >>> 8) * 0x1p-24f;
  }
}

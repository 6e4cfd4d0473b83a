package ai.cresset.data;

import ai.cresset.random.Philox;

/**
 * A pseudo-random order of {@code 0 .. size - 1} that is computed place by place, in constant time
 * and without a table: a Feistel network whose round function is Philox permutes the next power of
 * four, and places that fall outside of the range walk on along their cycle until they are inside.
 *
 * <p>Source: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002.
 */
public final class Permutation {
  private static final int ROUNDS = 8;

  private final long size;
  private final long key;
  private final int halfBits;

  /** The order of an epoch. */
  public Permutation(long size, long seed, long epoch) {
    this.size = size;
    this.key = key(seed, epoch);
    int bits = size <= 2 ? 2 : 64 - Long.numberOfLeadingZeros(size - 1);
    this.halfBits = bits + 1 >>> 1;
  }

  /** A key for this epoch that no neighbouring seed or epoch shares. */
  private static long key(long seed, long epoch) {
    int[] words = new int[4];
    Philox.block(seed, epoch, words, 0);
    return words[0] & 0xffff_ffffL | (long) words[1] << 32;
  }

  /** The number at {@code position}. */
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }
    int[] words = new int[4];
    long at = position;
    do {
      at = shuffle(at, words);
    } while (at >= size);
    return at;
  }

  private long shuffle(long value, int[] words) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      Philox.block(key, (long) round << 32 | right, words, 0);
      long next = left ^ words[0] & mask;
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}

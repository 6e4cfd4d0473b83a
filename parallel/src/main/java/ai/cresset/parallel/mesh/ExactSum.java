package ai.cresset.parallel.mesh;

import java.math.BigInteger;

/**
 * A sum of non-negative numbers without rounding: the same whatever the order, and whatever rank
 * adds what. Rounded once, when it is read. A fixed-point number of all bits that a {@code double}
 * can have (Kulisch and Miranker 1981), in words of 32 bits that hold their carries for a while.
 */
public final class ExactSum {
  /** The exponent of the lowest bit of the smallest double. */
  private static final int LOWEST = -1074;

  private static final int DIGITS = 68;
  private static final int INFINITIES = DIGITS;
  private static final int NANS = DIGITS + 1;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final int ADDITIONS_UNTIL_CARRY = 1 << 28;

  private final long[] words = new long[DIGITS + 2];
  private int additions;

  /** Adds a number of at least 0, infinity or NaN. */
  public void add(double value) {
    if (value == 0) {
      return;
    }
    if (!Double.isFinite(value)) {
      words[Double.isNaN(value) ? NANS : INFINITIES]++;
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52 & 0x7FF);
    long mantissa = bits & (1L << 52) - 1;
    if (exponent > 0) {
      mantissa |= 1L << 52;
      exponent--;
    }
    int at = exponent >>> 5;
    int shift = exponent & 31;
    long low = (mantissa & LOW) << shift;
    long high = (mantissa >>> 32) << shift;
    words[at] += low & LOW;
    words[at + 1] += (low >>> 32) + (high & LOW);
    words[at + 2] += high >>> 32;
    additions++;
    if (additions == ADDITIONS_UNTIL_CARRY) {
      carry();
    }
  }

  private void carry() {
    for (int i = 0; i < DIGITS - 1; i++) {
      words[i + 1] += words[i] >>> 32;
      words[i] &= LOW;
    }
    additions = 0;
  }

  /** Numbers that can be added position by position over ranks. */
  public long[] words() {
    carry();
    return words.clone();
  }

  /** The sum that such numbers stand for. */
  public static double value(long[] words) {
    if (words[NANS] > 0) {
      return Double.NaN;
    }
    if (words[INFINITIES] > 0) {
      return Double.POSITIVE_INFINITY;
    }
    BigInteger total = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      total = total.shiftLeft(32).add(BigInteger.valueOf(words[i]));
    }
    int dropped = Math.max(0, total.bitLength() - 62);
    long top = total.shiftRight(dropped).longValueExact();
    boolean exact = dropped == 0 || total.getLowestSetBit() >= dropped;
    // The last bit stands for everything below, so that halves are rounded as the whole would be.
    return Math.scalb((double) (exact ? top : top | 1), dropped + LOWEST);
  }

  /** The sum, rounded to the nearest. */
  public double value() {
    return value(words());
  }
}

package ai.cresset.random;

/**
 * Standard normal variates by Box and Muller's method, from our own series in plain double
 * arithmetic: the same bits on every machine, interpreter and compiler.
 */
public final class Normal {
  private static final double HALF_PI = 1.5707963267948966;

  private Normal() {}

  /**
   * Two variates from two random words: {@code sqrt(-2 ln u) cos(2 pi v)} for {@code first}, the
   * sine for the other. Elements 0, 1 of a Philox block come from words 0, 1; elements 2, 3 from
   * words 2, 3.
   */
  public static float of(int radiusWord, int angleWord, boolean first) {
    double u = ((radiusWord >>> 8) + 1) * 0x1p-24;
    double radius = Math.sqrt(-2 * log(u));
    double quarters = (angleWord >>> 8) * 0x1p-24 * 4;
    return (float) (radius * cosine(first ? quarters : quarters - 1));
  }

  /** The natural logarithm on (0, 1], by atanh's series on the fraction; 1e-15 relative. */
  private static double log(double x) {
    int exponent = Math.getExponent(x);
    double fraction = x * Math.scalb(1.0, -exponent);
    if (fraction > 1.4142135623730951) {
      fraction *= 0.5;
      exponent++;
    }
    double s = (fraction - 1) / (fraction + 1);
    double z = s * s;
    double sum = 0;
    for (int k = 21; k >= 1; k -= 2) {
      sum = sum * z + 1.0 / k;
    }
    return 2 * s * sum + exponent * 0.6931471805599453;
  }

  /** The cosine of {@code quarters} quarter turns, for arguments in [-1, 4). */
  private static double cosine(double quarters) {
    double folded = Math.abs(quarters);
    if (folded > 2) {
      folded = 4 - folded;
    }
    boolean negative = folded > 1;
    double x = (negative ? 2 - folded : folded) * HALF_PI;
    double z = x * x;
    double sum = 0;
    for (int k = 18; k >= 2; k -= 2) {
      sum = (1 + sum) * (-z / (k * (k - 1)));
    }
    return negative ? -(1 + sum) : 1 + sum;
  }
}

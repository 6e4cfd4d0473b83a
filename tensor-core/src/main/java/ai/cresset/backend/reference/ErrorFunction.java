package ai.cresset.backend.reference;

/**
 * The error function from its definition: the Maclaurin series near 0, the continued fraction of
 * its complement (Abramowitz and Stegun 7.1.5, 7.1.14) beyond. About 1e-15 relative.
 */
final class ErrorFunction {
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  private ErrorFunction() {}

  static double of(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    return a < 2.5 ? series(x) : Math.copySign(1 - tail(a), x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 80; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return TWO_OVER_SQRT_PI * sum;
  }

  private static double tail(double a) {
    double fraction = 0;
    for (int k = 400; k >= 1; k--) {
      fraction = k / 2.0 / (a + fraction);
    }
    return StrictMath.exp(-a * a) * TWO_OVER_SQRT_PI / 2 / (a + fraction);
  }

  /** {@code 1 - erf(x)}. */
  static double complement(double x) {
    if (x < 1) {
      return x < -1 ? 2 - complement(-x) : 1 - of(x);
    }
    if (x > 40) {
      return 0;
    }
    return Double.isNaN(x) ? x : tail(x);
  }

  /** The inverse of erf, by halving. */
  static double inverse(double x) {
    double a = Math.abs(x);
    if (!(a < 1)) {
      return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, x) : Double.NaN;
    }
    double low = 0;
    double high = 7;
    for (int i = 0; i < 70; i++) {
      double middle = (low + high) / 2;
      boolean above = a > 0.5 ? complement(middle) < 1 - a : of(middle) > a;
      low = above ? low : middle;
      high = above ? middle : high;
    }
    return Math.copySign((low + high) / 2, x);
  }
}

package ai.cresset.backend.cpu;

/**
 * Inverse hyperbolic functions, the gamma function's family and the error function's inverse, in
 * float64. Only {@link StrictMath} and exact operations are used, so the bits are the same
 * everywhere.
 */
final class SpecialFunctions {
  private static final double LN2 = 0.6931471805599453;
  private static final double LOG2_E = 1.4426950408889634;
  private static final double SQRT_PI = 1.772453850905516;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  /** Beyond it the square of an argument hides 1. */
  private static final double LARGE = 0x1p28;

  /** Where the asymptotic series of the gamma function's family begin. */
  private static final double ASYMPTOTIC = 12;

  /** The Bernoulli numbers B2, B4, ... */
  private static final double[] BERNOULLI = {
    1.0 / 6,
    -1.0 / 30,
    1.0 / 42,
    -1.0 / 30,
    5.0 / 66,
    -691.0 / 2730,
    7.0 / 6,
    -3617.0 / 510,
    43867.0 / 798,
    -174611.0 / 330
  };

  private SpecialFunctions() {}

  /** The logarithm to base 2, exact for powers of 2. */
  static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return StrictMath.log(x);
    }
    boolean subnormal = x < Double.MIN_NORMAL;
    double normal = subnormal ? x * 0x1p54 : x;
    int exponent = Math.getExponent(normal);
    double fraction = normal * Math.scalb(1.0, -exponent);
    if (fraction > 1.5) {
      fraction /= 2;
      exponent++;
    }
    return (subnormal ? exponent - 54 : exponent) + StrictMath.log(fraction) * LOG2_E;
  }

  static double asinh(double x) {
    double a = Math.abs(x);
    double y =
        a > LARGE
            ? StrictMath.log(a) + LN2
            : StrictMath.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(y, x);
  }

  static double acosh(double x) {
    if (x < 1) {
      return Double.NaN;
    }
    if (x > LARGE) {
      return StrictMath.log(x) + LN2;
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(StrictMath.log1p(2 * a / (1 - a)) / 2, x);
  }

  /** {@code erfc(a)} for a from 6 on: its continued fraction. */
  static double erfcTail(double a) {
    double fraction = 0;
    for (int k = 40; k >= 1; k--) {
      fraction = k / 2.0 / (a + fraction);
    }
    return StrictMath.exp(-a * a) / SQRT_PI / (a + fraction);
  }

  /** The inverse of erf: a closed approximation (Winitzki), then Halley's method. */
  static double erfinv(double x) {
    double a = Math.abs(x);
    if (!(a < 1)) {
      return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, x) : Double.NaN;
    }
    double log = StrictMath.log1p(-a * a);
    double half = 4.33074675 + log / 2;
    double y = Math.sqrt(Math.max(0, Math.sqrt(half * half - log / 0.147) - half));
    for (int i = 0; i < 4; i++) {
      // Towards 1 the complement has the digits.
      double excess = a > 0.5 ? 1 - a - DoubleMath.erfc(y) : DoubleMath.erf(y) - a;
      double step = excess * SQRT_PI / 2 * StrictMath.exp(y * y);
      y -= step / (1 + y * step);
    }
    return Math.copySign(y, x);
  }

  /** The logarithm of the absolute value of the gamma function. */
  static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.floor(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < 0.5) {
      return StrictMath.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
    }
    double product = 1;
    double z = x;
    for (; z < ASYMPTOTIC; z++) {
      product *= z;
    }
    double series = 0;
    for (int k = BERNOULLI.length; k >= 1; k--) {
      series = series / (z * z) + BERNOULLI[k - 1] / (2 * k * (2 * k - 1));
    }
    return (z - 0.5) * StrictMath.log(z)
        - z
        + HALF_LOG_TWO_PI
        + series / z
        - StrictMath.log(product);
  }

  /** The derivative of {@link #lgamma}; infinite at 0 and NaN at negative integers. */
  static double digamma(double x) {
    if (x == 0) {
      return Math.copySign(Double.POSITIVE_INFINITY, -x);
    }
    if (x < 0 && x == Math.floor(x)) {
      return Double.NaN;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    if (x < 0) {
      return digamma(1 - x) - Math.PI * cosPi(x) / sinPi(x);
    }
    double sum = 0;
    double z = x;
    for (; z < ASYMPTOTIC; z++) {
      sum -= 1 / z;
    }
    double series = 0;
    for (int k = BERNOULLI.length; k >= 1; k--) {
      series = (series + BERNOULLI[k - 1] / (2 * k)) / (z * z);
    }
    return sum + StrictMath.log(z) - 0.5 / z - series;
  }

  /** The derivative of {@link #digamma} of this order, from 1 on. */
  static double polygamma(double order, double x) {
    double factorial = 1;
    for (int k = 2; k <= order; k++) {
      factorial *= k;
    }
    double value = factorial * zeta(order + 1, x);
    return order % 2 == 0 ? -value : value;
  }

  /** The sum of {@code (q + k)^-s} over k from 0 on (Euler and Maclaurin). */
  private static double zeta(double s, double q) {
    if (Double.isNaN(q) || q == Double.NEGATIVE_INFINITY) {
      return Double.NaN;
    }
    if (q <= 0 && q == Math.floor(q)) {
      return Double.POSITIVE_INFINITY;
    }
    if (q == Double.POSITIVE_INFINITY) {
      return 0;
    }
    if (q < -1e6) {
      // Far to the left reflection is all that is left of it, and its argument has no fraction.
      return Double.NaN;
    }
    double sum = 0;
    double w = q;
    for (; w < ASYMPTOTIC; w++) {
      sum += StrictMath.pow(w, -s);
    }
    double power = StrictMath.pow(w, -s);
    sum += power * w / (s - 1) + power / 2;
    double factor = s * power / w;
    for (int j = 1; j <= BERNOULLI.length; j++) {
      double evenFactorial = 1;
      for (int k = 2; k <= 2 * j; k++) {
        evenFactorial *= k;
      }
      sum += BERNOULLI[j - 1] / evenFactorial * factor;
      factor *= (s + 2 * j - 1) * (s + 2 * j) / (w * w);
    }
    return sum;
  }

  private static double sinPi(double x) {
    double r = x - 2 * Math.rint(x / 2);
    return StrictMath.sin(Math.PI * r);
  }

  private static double cosPi(double x) {
    double r = x - 2 * Math.rint(x / 2);
    return StrictMath.cos(Math.PI * r);
  }
}

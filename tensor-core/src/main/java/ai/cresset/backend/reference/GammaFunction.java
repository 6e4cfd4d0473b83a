package ai.cresset.backend.reference;

/**
 * The gamma function's family by the recurrence that leads to large arguments, where the first
 * terms of Stirling's series (Abramowitz and Stegun 6.1.41, 6.3.18, 6.4.11) are enough.
 */
final class GammaFunction {
  private static final int LARGE = 40;
  private static final double[] BERNOULLI = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66};

  private GammaFunction() {}

  private static boolean isPole(double x) {
    return x <= 0 && x == Math.rint(x);
  }

  /** The logarithm of the absolute value. */
  static double logarithm(double x) {
    if (isPole(x) || Double.isInfinite(x)) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < -LARGE) {
      double sine = Math.abs(StrictMath.sin(Math.PI * (x - Math.rint(x))));
      return StrictMath.log(Math.PI / sine) - logarithm(1 - x);
    }
    double shifts = 0;
    double z = x;
    for (; z < LARGE; z++) {
      shifts += StrictMath.log(Math.abs(z));
    }
    double sum = (z - 0.5) * StrictMath.log(z) - z + StrictMath.log(2 * Math.PI) / 2;
    for (int k = 1; k <= BERNOULLI.length; k++) {
      sum += BERNOULLI[k - 1] / (2 * k * (2 * k - 1)) * StrictMath.pow(z, 1 - 2 * k);
    }
    return sum - shifts;
  }

  /** The derivative of the logarithm. */
  static double digamma(double x) {
    if (x == 0) {
      return Math.copySign(Double.POSITIVE_INFINITY, -x);
    }
    if (isPole(x)) {
      return Double.NaN;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    if (x < -LARGE) {
      return digamma(1 - x) - Math.PI / StrictMath.tan(Math.PI * (x - Math.rint(x)));
    }
    double sum = 0;
    double z = x;
    for (; z < LARGE; z++) {
      sum -= 1 / z;
    }
    sum += StrictMath.log(z) - 1 / (2 * z);
    for (int k = 1; k <= BERNOULLI.length; k++) {
      sum -= BERNOULLI[k - 1] / (2 * k) * StrictMath.pow(z, -2 * k);
    }
    return sum;
  }

  /** The derivative of {@link #digamma} of an order from 1 on. */
  static double polygamma(double order, double x) {
    if (Double.isNaN(x) || x < -1e6) {
      return isPole(x) && !Double.isInfinite(x) ? pole(order) : Double.NaN;
    }
    if (isPole(x)) {
      return pole(order);
    }
    if (x == Double.POSITIVE_INFINITY) {
      return order % 2 == 0 ? -0.0 : 0;
    }
    double sum = 0;
    double z = x;
    for (; z < LARGE; z++) {
      sum += factorial(order) * StrictMath.pow(z, -order - 1);
    }
    sum += factorial(order - 1) * StrictMath.pow(z, -order);
    sum += factorial(order) / 2 * StrictMath.pow(z, -order - 1);
    for (int k = 1; k <= BERNOULLI.length; k++) {
      double ratio = factorial(2 * k + order - 1) / factorial(2 * k);
      sum += BERNOULLI[k - 1] * ratio * StrictMath.pow(z, -2 * k - order);
    }
    return order % 2 == 0 ? -sum : sum;
  }

  private static double pole(double order) {
    return order % 2 == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private static double factorial(double n) {
    double product = 1;
    for (int k = 2; k <= n; k++) {
      product *= k;
    }
    return product;
  }
}

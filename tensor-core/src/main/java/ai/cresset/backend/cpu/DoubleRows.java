package ai.cresset.backend.cpu;

import org.jspecify.annotations.Nullable;

/** Softmax and layer normalisation of one row in float64, which gradient checks use. */
final class DoubleRows {
  private DoubleRows() {}

  static void softmax(double[] x, int length, boolean logarithm) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      x[i] -= largest;
      double exponential = StrictMath.exp(x[i]);
      sum += exponential;
      x[i] = logarithm ? x[i] : exponential;
    }
    double logSum = logarithm ? StrictMath.log(sum) : 0;
    for (int i = 0; i < length; i++) {
      x[i] = logarithm ? x[i] - logSum : x[i] / sum;
    }
  }

  static double logSumExp(double[] x, int length) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += StrictMath.exp(x[i] - largest);
    }
    return largest + StrictMath.log(sum);
  }

  /** Replaces the gradient of the output {@code y} by that of the input. */
  static void softmaxGradient(double[] g, double[] y, int length, boolean logarithm) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += logarithm ? g[i] : g[i] * y[i];
    }
    for (int i = 0; i < length; i++) {
      g[i] = logarithm ? g[i] - StrictMath.exp(y[i]) * sum : y[i] * (g[i] - sum);
    }
  }

  static double mean(double[] x, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += x[i];
    }
    return sum / length;
  }

  static double variance(double[] x, int length, double mean) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (x[i] - mean) * (x[i] - mean);
    }
    return sum / length;
  }

  static void normalize(
      double[] x,
      int length,
      double mean,
      double inverse,
      double @Nullable [] weight,
      double @Nullable [] bias) {
    for (int i = 0; i < length; i++) {
      double y = (x[i] - mean) * inverse;
      y = weight == null ? y : y * weight[i];
      x[i] = bias == null ? y : y + bias[i];
    }
  }

  /** Replaces the gradient of a normalised row by that of its input. */
  static void normalizeGradient(
      double[] g, double[] normal, int length, double inverse, double @Nullable [] weight) {
    double sum = 0;
    double product = 0;
    for (int i = 0; i < length; i++) {
      g[i] = weight == null ? g[i] : g[i] * weight[i];
      sum += g[i];
      product += g[i] * normal[i];
    }
    for (int i = 0; i < length; i++) {
      g[i] = inverse * (g[i] - sum / length - normal[i] * product / length);
    }
  }
}

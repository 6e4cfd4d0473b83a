package ai.cresset.report;

import java.io.Serializable;

/**
 * How numbers are spread, in buckets of equal width. Numbers that are not finite do not count.
 *
 * @param least the smallest number; 0 without any
 * @param most the largest number; 0 without any
 * @param count how many there are
 * @param sum of all
 * @param squares the sum of their squares
 * @param limits upper end of each bucket, rising
 * @param counts of each bucket
 */
public record Histogram(
    double least,
    double most,
    long count,
    double sum,
    double squares,
    double[] limits,
    double[] counts)
    implements Serializable {
  private static final int BUCKETS = 30;

  /** Of these numbers. */
  public static Histogram of(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    long count = 0;
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
        count++;
        sum += value;
        squares += value * value;
      }
    }
    if (count == 0) {
      return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
    }
    int buckets = most > least ? BUCKETS : 1;
    double width = (most - least) / buckets;
    double[] limits = new double[buckets];
    for (int i = 0; i < buckets; i++) {
      limits[i] = i == buckets - 1 ? most : least + (i + 1) * width;
    }
    double[] counts = new double[buckets];
    for (double value : values) {
      if (Double.isFinite(value)) {
        int bucket = width > 0 ? (int) ((value - least) / width) : 0;
        counts[Math.min(buckets - 1, bucket)]++;
      }
    }
    return new Histogram(least, most, count, sum, squares, limits, counts);
  }
}

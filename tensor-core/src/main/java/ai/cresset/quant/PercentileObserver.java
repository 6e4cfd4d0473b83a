package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;

/**
 * The range that holds most values, so that a few large ones do not make the steps coarse: a
 * histogram of all batches, cut at both ends. What was cut is rounded to the range's end.
 *
 * <p>The bins lie between powers of two, so the result does not depend on the order of batches.
 */
public final class PercentileObserver implements Observer {
  /** A multiple of 4, so that bins of twice the width are pairs of bins. */
  private static final int BINS = 4096;

  private final QuantizedRange range;
  private final QuantizationScheme scheme;
  private final double share;
  private final Extremes extremes = new Extremes();
  private long[] counts = new long[BINS];
  private long total;

  /** The bins reach from minus this to this; 0 as long as all values were. */
  private double limit;

  /**
   * An observer.
   *
   * @param share of the values that the range holds, in (0, 1], such as 0.9999; what is left out is
   *     the same at both ends
   */
  public PercentileObserver(QuantizedRange range, QuantizationScheme scheme, double share) {
    if (!(share > 0 && share <= 1)) {
      throw ConfigException.value("percentile share", share, "a number in (0, 1]");
    }
    this.range = range;
    this.scheme = scheme;
    this.share = share;
  }

  @Override
  public void observe(Tensor values) {
    Extremes.Pair seen = Extremes.of(values);
    if (seen == null) {
      return;
    }
    if (!seen.isFinite()) {
      throw ConfigException.value(
          "values to quantize", seen.low() + " to " + seen.high(), "a range of finite numbers");
    }
    extremes.widen(seen);
    grow(Math.max(-(double) seen.low(), seen.high()));
    try (GradMode.Restore off = GradMode.disable()) {
      for (float value : values.toFloatArray()) {
        double place = limit == 0 ? 0 : value / limit;
        counts[(int) Math.min(BINS - 1, (place + 1) * (BINS / 2))]++;
        total++;
      }
    }
  }

  /** Pairs bins until they reach so far. */
  private void grow(double largest) {
    if (largest > 0 && limit == 0) {
      limit = Math.scalb(1d, Math.getExponent(largest) + 1);
    }
    while (limit < largest) {
      long[] wider = new long[BINS];
      for (int i = 0; i < BINS; i++) {
        wider[BINS / 4 + i / 2] += counts[i];
      }
      counts = wider;
      limit *= 2;
    }
  }

  @Override
  public QuantizationParameters parameters() {
    Extremes.Pair all = extremes.seen();
    double outside = (1 - share) / 2 * total;
    int first = 0;
    for (long left = counts[0]; left <= outside && first < BINS - 1; left += counts[first]) {
      first++;
    }
    int last = BINS - 1;
    for (long left = counts[last]; left <= outside && last > 0; left += counts[last]) {
      last--;
    }
    double width = 2 * limit / BINS;
    float low = (float) (first * width - limit);
    float high = (float) ((last + 1) * width - limit);
    return QuantizationParameters.ofValues(
        range, scheme, Math.max(low, all.low()), Math.min(high, all.high()));
  }
}

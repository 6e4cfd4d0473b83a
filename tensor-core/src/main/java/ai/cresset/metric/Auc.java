package ai.cresset.metric;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * The area under the receiver operating characteristic: how likely a positive sample has a higher
 * score than a negative one, where equal scores count half.
 *
 * <p>Samples are counted in 65,536 bins by the upper half of their score's bits, sign, exponent and
 * seven bits of the fraction, in order; so any stream fits into 1 MiB, and counts of several
 * workers can be added. Scores that share a bin count as equal: they are apart by less than one
 * part in 128. {@link #uncertainty} bounds what that may change; it is 0 where no bin has samples
 * of both kinds with different scores. Better scores are spread widely: give logits, or
 * probabilities, not values that differ in their last digits.
 */
public final class Auc extends SummedMetric {
  private static final int BINS = 1 << 16;

  /** Nothing counted yet. */
  public Auc() {
    super(2 * BINS); // negative ones, then positive ones
  }

  /**
   * Counts a batch.
   *
   * @param scores floating, any shape; not a number counts as the lowest
   * @param targets of the same number of elements; above 0.5 is positive
   */
  public void update(Tensor scores, Tensor targets) {
    if (scores.numel() != targets.numel()) {
      throw ShapeException.mismatch("auc", "as many targets as scores", targets.shape());
    }
    float[] values = scores.toFloatArray();
    double[] wanted = targets.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      add(values[i], wanted[i] > 0.5);
    }
  }

  /** Counts one sample. */
  public void add(float score, boolean positive) {
    sums[bin(score) + (positive ? BINS : 0)]++;
  }

  /** Order of floats as order of integers: the bits of negative numbers are turned round. */
  private static int bin(float score) {
    if (Float.isNaN(score)) {
      return 0;
    }
    int bits = Float.floatToIntBits(score == 0 ? 0f : score);
    int ordered = bits < 0 ? ~bits : bits ^ 0x8000_0000;
    return ordered >>> 16;
  }

  @Override
  public String name() {
    return "auc";
  }

  /** Samples counted. */
  public double samples() {
    return Arrays.stream(sums).sum();
  }

  private double pairs() {
    double positives = Arrays.stream(sums, BINS, 2 * BINS).sum();
    return positives * Arrays.stream(sums, 0, BINS).sum();
  }

  @Override
  public double value() {
    double below = 0;
    double won = 0;
    for (int bin = 0; bin < BINS; bin++) {
      won += sums[BINS + bin] * (below + 0.5 * sums[bin]);
      below += sums[bin];
    }
    return won / pairs();
  }

  /** The exact area is at most this far from {@link #value}. */
  public double uncertainty() {
    double shared = 0;
    for (int bin = 0; bin < BINS; bin++) {
      shared += sums[BINS + bin] * sums[bin];
    }
    return 0.5 * shared / pairs();
  }
}

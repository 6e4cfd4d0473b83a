package ai.cresset.data.transform;

import java.util.Arrays;

/**
 * Which elements of a line make up each element of a shorter or longer one, and with which weights.
 * Those of an element lie side by side.
 */
final class Taps {
  /** Bits behind the point of weights in whole numbers: what is left beside a byte and a sign. */
  private static final int BITS = 22;

  /** One half, to round with. */
  private static final int HALF = 1 << BITS - 1;

  /** The cubic that PyTorch takes where an image is made smaller with antialiasing, as Pillow. */
  private static final double SMOOTH = -0.5;

  /** The one it takes without. */
  private static final double SHARP = -0.75;

  private final int[] starts;
  private final int[] counts;
  private final int[] firsts;
  private final float[] weights;

  private Taps(int length, int most) {
    starts = new int[length];
    counts = new int[length];
    firsts = new int[length];
    weights = new float[length * most];
    for (int i = 0; i < length; i++) {
      firsts[i] = i * most;
    }
  }

  /** Every element as it is. */
  static Taps same(int length) {
    Taps taps = new Taps(length, 1);
    for (int i = 0; i < length; i++) {
      taps.set(i, i, new double[] {1});
    }
    return taps;
  }

  /**
   * Another length.
   *
   * @param antialias whether an element of a shorter line looks at all that it stands for
   */
  static Taps of(int from, int to, Interpolation interpolation, boolean antialias) {
    if (from == to && interpolation != Interpolation.NEAREST) {
      return same(from);
    }
    double scale = (double) from / to;
    if (interpolation == Interpolation.NEAREST) {
      Taps taps = new Taps(to, 1);
      for (int i = 0; i < to; i++) {
        taps.set(i, Math.min(from - 1, (int) (i * (float) scale)), new double[] {1});
      }
      return taps;
    }
    return antialias
        ? smooth(from, to, scale, interpolation)
        : sharp(from, to, scale, interpolation);
  }

  /** After Pillow's {@code precompute_coeffs}: the kernel is as wide as what an element covers. */
  private static Taps smooth(int from, int to, double scale, Interpolation interpolation) {
    double stretch = Math.max(1, scale);
    double support = interpolation.support() * stretch;
    Taps taps = new Taps(to, (int) Math.ceil(support) * 2 + 1);
    for (int i = 0; i < to; i++) {
      double center = scale * (i + 0.5);
      int first = Math.max(0, (int) (center - support + 0.5));
      int end = Math.min(from, (int) (center + support + 0.5));
      double[] near = new double[end - first];
      for (int k = 0; k < near.length; k++) {
        near[k] = interpolation.kernel((first + k - center + 0.5) / stretch, SMOOTH);
      }
      taps.set(i, first, near);
    }
    return taps;
  }

  /** The neighbours alone; those beyond the edge are the edge. */
  private static Taps sharp(int from, int to, double scale, Interpolation interpolation) {
    int reach = (int) interpolation.support();
    Taps taps = new Taps(to, 2 * reach);
    for (int i = 0; i < to; i++) {
      double place = scale * (i + 0.5) - 0.5;
      int below = (int) Math.floor(place);
      int first = Math.max(0, Math.min(from - 1, below - reach + 1));
      int last = Math.max(0, Math.min(from - 1, below + reach));
      double[] near = new double[last - first + 1];
      for (int k = below - reach + 1; k <= below + reach; k++) {
        int edge = Math.max(0, Math.min(from - 1, k));
        near[edge - first] += interpolation.kernel(k - place, SHARP);
      }
      taps.set(i, first, near);
    }
    return taps;
  }

  private void set(int at, int start, double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    starts[at] = start;
    counts[at] = values.length;
    for (int k = 0; k < values.length; k++) {
      weights[firsts[at] + k] = (float) (values[k] / sum);
    }
  }

  /** Elements of the new line. */
  int length() {
    return starts.length;
  }

  /** The first element that an element is made of. */
  int start(int at) {
    return starts[at];
  }

  /** How many there are. */
  int count(int at) {
    return counts[at];
  }

  /** Where the weights of an element begin. */
  int first(int at) {
    return firsts[at];
  }

  /** A weight. */
  float weight(int place) {
    return weights[place];
  }

  /**
   * An element of every line at once, in whole numbers.
   *
   * @param at its place
   * @param lines the elements of the line, each for all lines
   * @param sums the result, one for each line; {@link #toByte} ends it
   */
  void sum(int at, int[] lines, int[] sums) {
    Arrays.fill(sums, HALF);
    for (int k = 0; k < counts[at]; k++) {
      int weight = (int) Math.rint(weights[firsts[at] + k] * (double) (1 << BITS));
      add(sums, weight, lines, (starts[at] + k) * sums.length);
    }
  }

  private static void add(int[] sums, int weight, int[] values, int from) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[from + i];
    }
  }

  /** The unsigned byte of a {@link #sum}. */
  static int toByte(int sum) {
    return Math.max(0, Math.min(255, sum >> BITS));
  }
}

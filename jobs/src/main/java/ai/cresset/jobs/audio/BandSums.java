package ai.cresset.jobs.audio;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Sums of the elements of each row of pictures, and of their squares. */
final class BandSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] sums;
  private final double[] squares;
  private long count;

  BandSums(int rows) {
    this.sums = new double[rows];
    this.squares = new double[rows];
  }

  /** Counts a picture {@code [rows, windows]}; this, with it. */
  BandSums add(float[] picture) {
    int windows = picture.length / sums.length;
    for (int i = 0; i < picture.length; i++) {
      sums[i / windows] += picture[i];
      squares[i / windows] += (double) picture[i] * picture[i];
    }
    count += windows;
    return this;
  }

  BandSums add(BandSums other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
      squares[i] += other.squares[i];
    }
    count += other.count;
    return this;
  }

  List<Double> means() {
    List<Double> means = new ArrayList<>();
    for (double sum : sums) {
      means.add(sum / count);
    }
    return means;
  }

  /** Standard deviations; 1 where all elements are equal. */
  List<Double> deviations() {
    List<Double> deviations = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      double mean = sums[i] / count;
      double variance = squares[i] / count - mean * mean;
      deviations.add(variance > 1e-9 * (1 + mean * mean) ? Math.sqrt(variance) : 1);
    }
    return deviations;
  }
}

package ai.cresset.jobs.image;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Sums over the elements of each channel, exact in whole numbers: no order of adding matters. */
final class PixelSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] sums;
  private final long[] squares;
  private long count;

  PixelSums(int channels) {
    sums = new long[channels];
    squares = new long[channels];
  }

  /** Adds an image, {@code [channels, pixels]}. */
  PixelSums add(byte[] image) {
    int pixels = image.length / sums.length;
    for (int channel = 0; channel < sums.length; channel++) {
      for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
        long value = image[i] & 0xff;
        sums[channel] += value;
        squares[channel] += value * value;
      }
    }
    count += pixels;
    return this;
  }

  PixelSums add(PixelSums other) {
    for (int channel = 0; channel < sums.length; channel++) {
      sums[channel] += other.sums[channel];
      squares[channel] += other.squares[channel];
    }
    count += other.count;
    return this;
  }

  List<Double> means() {
    List<Double> means = new ArrayList<>();
    for (long sum : sums) {
      means.add((double) sum / count);
    }
    return means;
  }

  /** Of the whole, not of a sample; 1 where all elements are equal. */
  List<Double> deviations() {
    List<Double> deviations = new ArrayList<>();
    for (int channel = 0; channel < sums.length; channel++) {
      double mean = (double) sums[channel] / count;
      double variance = (double) squares[channel] / count - mean * mean;
      deviations.add(variance > 0 ? Math.sqrt(variance) : 1);
    }
    return deviations;
  }
}

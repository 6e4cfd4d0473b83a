package ai.cresset.data.audio;

import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/** Sums of weighted rows of pictures {@code [channels, rows, windows]}. */
final class Bands {
  private Bands() {}

  /**
   * The sums.
   *
   * @param weights {@code [sums, rows]}
   */
  static Tensor sums(Tensor picture, double[][] weights) {
    int channels = (int) picture.size(0);
    int rows = (int) picture.size(1);
    int windows = (int) picture.size(2);
    float[] from = picture.toFloatArray();
    float[] to = new float[channels * weights.length * windows];
    double[] sums = new double[windows];
    for (int channel = 0; channel < channels; channel++) {
      for (int band = 0; band < weights.length; band++) {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
          double weight = weights[band][row];
          if (weight != 0) {
            int line = (channel * rows + row) * windows;
            for (int at = 0; at < windows; at++) {
              sums[at] += weight * from[line + at];
            }
          }
        }
        for (int at = 0; at < windows; at++) {
          to[(channel * weights.length + band) * windows + at] = (float) sums[at];
        }
      }
    }
    return Tensor.of(to, channels, weights.length, windows);
  }
}

package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * An image without colours.
 *
 * @param channels of the result: 1, or 3 that are alike
 */
public record Grayscale(int channels) implements Transform {
  public Grayscale {
    if (channels != 1 && channels != 3) {
      throw ConfigException.value("Grayscale channels", channels, "1 or 3");
    }
  }

  /** With one channel. */
  public Grayscale() {
    this(1);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("Grayscale", image);
    Colors.requireColors("Grayscale", pixels);
    float[] luma = Colors.luma(pixels);
    float[] values = new float[channels * luma.length];
    for (int channel = 0; channel < channels; channel++) {
      System.arraycopy(luma, 0, values, channel * luma.length, luma.length);
    }
    return pixels.truncated(channels, values).tensor();
  }
}

package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * The shape of a {@link ConvolutionalEncoder} and of the {@link ConvolutionalDecoder} that turns
 * what it makes back into images.
 *
 * @param channels of an image
 * @param height of an image, in elements
 * @param width of an image, in elements
 * @param latent numbers that stand for an image
 * @param numStages each halves the image and has twice the features of the one before
 * @param features channels of the first stage
 * @param norm whether a group norm follows each convolution but the last of a decoder
 */
public record ImageCoderConfig(
    long channels,
    long height,
    long width,
    long latent,
    int numStages,
    long features,
    boolean norm) {
  private static final int MOST_STAGES = 20;

  public ImageCoderConfig {
    atLeast("channels", channels);
    atLeast("height", height);
    atLeast("width", width);
    atLeast("latent", latent);
    atLeast("numStages", numStages);
    atLeast("features", features);
    long smallest = Math.min(height, width);
    if (numStages > MOST_STAGES || smallest >> numStages < 1) {
      throw ConfigException.value(
          "ImageCoderConfig.numStages",
          numStages,
          "at most "
              + (63 - Long.numberOfLeadingZeros(smallest))
              + ", because each halves an image of "
              + height
              + " x "
              + width);
    }
  }

  private static void atLeast(String key, long value) {
    if (value < 1) {
      throw ConfigException.value("ImageCoderConfig." + key, value, "a number of at least 1");
    }
  }

  /** Two stages, the first of 32 features, with norms. */
  public static ImageCoderConfig of(long channels, long height, long width, long latent) {
    return new ImageCoderConfig(channels, height, width, latent, 2, 32, true);
  }

  /** Rows after so many stages. */
  long height(int stages) {
    return height >> stages;
  }

  /** Columns after so many stages. */
  long width(int stages) {
    return width >> stages;
  }

  /** Channels after so many stages, at least one. */
  long features(int stages) {
    return features << (stages - 1);
  }

  /** Numbers after the last stage. */
  long elements() {
    return features(numStages) * height(numStages) * width(numStages);
  }
}

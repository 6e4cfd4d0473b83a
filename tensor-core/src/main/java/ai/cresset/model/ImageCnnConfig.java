package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * The shape of an {@link ImageCnn}.
 *
 * @param channels of an image
 * @param height of an image, in elements
 * @param width of an image, in elements
 * @param classes how many there are
 * @param numStages each has twice the features of the one before
 * @param numConvolutions of each stage
 * @param features channels of the first stage
 * @param norm whether a group norm follows each convolution
 * @param grid rows and columns that the features of the last stage are averaged to
 * @param hidden size of the linear layer before the last; 0 for none
 * @param dropout probability of dropping, before each linear layer
 */
public record ImageCnnConfig(
    long channels,
    long height,
    long width,
    long classes,
    int numStages,
    int numConvolutions,
    long features,
    boolean norm,
    int grid,
    long hidden,
    double dropout) {
  public ImageCnnConfig {
    atLeast("channels", channels, 1);
    atLeast("height", height, 1);
    atLeast("width", width, 1);
    atLeast("classes", classes, 1);
    atLeast("numStages", numStages, 1);
    atLeast("numConvolutions", numConvolutions, 1);
    atLeast("features", features, 1);
    atLeast("grid", grid, 1);
    atLeast("hidden", hidden, 0);
    if (!(dropout >= 0 && dropout < 1)) {
      throw ConfigException.value("ImageCnnConfig.dropout", dropout, "a probability in [0, 1)");
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value("ImageCnnConfig." + key, value, "a number of at least " + least);
    }
  }

  /** Three stages of one convolution with 16 features and norms, a hidden layer of 128. */
  public static ImageCnnConfig of(long channels, long height, long width, long classes) {
    return new ImageCnnConfig(channels, height, width, classes, 3, 1, 16, true, 3, 128, 0);
  }
}

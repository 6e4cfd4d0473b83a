package ai.cresset.jobs.image;

import ai.cresset.data.image.DecodedImage;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.ImageDataSettings.Layout;
import java.io.Serializable;
import java.util.List;

/**
 * What an image is.
 *
 * @param channels 1 for grey
 * @param height in elements
 * @param width in elements
 * @param channelsLast whether the file has the channels of an element side by side
 */
record ImageShape(int channels, int height, int width, boolean channelsLast)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The shape of the images of a file.
   *
   * @throws ConfigException if it could be one or the other
   */
  static ImageShape of(IdxFile file, Layout layout) {
    List<Integer> sizes = file.header().sizes();
    if (sizes.size() == 3) {
      return new ImageShape(1, sizes.get(1), sizes.get(2), false);
    }
    int first = sizes.get(1);
    int last = sizes.get(3);
    boolean channelsLast =
        switch (layout) {
          case CHANNELS_LAST -> true;
          case CHANNELS_FIRST -> false;
          case AUTO -> {
            if (first == last) {
              throw ConfigException.value(
                  "data.layout",
                  "auto",
                  "channels_last or channels_first, because images of "
                      + file.name()
                      + " are "
                      + text(sizes.subList(1, 4))
                      + " and could be either");
            }
            yield last < first;
          }
        };
    return channelsLast
        ? new ImageShape(last, first, sizes.get(2), true)
        : new ImageShape(first, sizes.get(2), last, false);
  }

  private static String text(List<Integer> sizes) {
    return String.join(" x ", sizes.stream().map(String::valueOf).toList());
  }

  int bytes() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** The image with the channels one after the other. */
  byte[] ordered(byte[] image) {
    if (!channelsLast || channels == 1) {
      return image;
    }
    int pixels = height * width;
    byte[] ordered = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      ordered[i % channels * pixels + i / channels] = image[i];
    }
    return ordered;
  }

  /** An image whose channels are one after the other. */
  DecodedImage decoded(byte[] ordered) {
    return new DecodedImage(channels, height, width, ordered);
  }

  /** In words, such as {@code 28 x 28} or {@code 32 x 32 with 3 channels}. */
  String describe() {
    return height + " x " + width + (channels == 1 ? "" : " with " + channels + " channels");
  }
}

package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Brings an image to another size ({@code torchvision.transforms.v2.Resize} on tensors). Bytes are
 * computed as Pillow does.
 *
 * @param height of the result; 0 where {@code shorter} decides
 * @param width of the result; 0 where {@code shorter} decides
 * @param shorter what the shorter side becomes, the other in proportion; 0 where height and width
 *     decide
 * @param interpolation between elements
 * @param antialias whether all elements count when an image becomes smaller
 */
public record Resize(
    int height, int width, int shorter, Interpolation interpolation, boolean antialias)
    implements Transform {
  public Resize {
    boolean whole = height > 0 && width > 0 && shorter == 0;
    boolean side = height == 0 && width == 0 && shorter > 0;
    if (!whole && !side) {
      throw ConfigException.because(
          "Resize: expected a height and a width of at least 1, or a shorter side of at least 1,"
              + " got height "
              + height
              + ", width "
              + width
              + ", shorter side "
              + shorter);
    }
  }

  /** To this size, bilinear with antialiasing. */
  public Resize(int height, int width) {
    this(height, width, 0, Interpolation.BILINEAR, true);
  }

  /** The shorter side to this length, bilinear with antialiasing. */
  public Resize(int shorter) {
    this(0, 0, shorter, Interpolation.BILINEAR, true);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("Resize", image);
    int newHeight = height;
    int newWidth = width;
    if (shorter > 0) {
      boolean upright = pixels.height() >= pixels.width();
      long longer =
          (long) shorter
              * Math.max(pixels.height(), pixels.width())
              / Math.min(pixels.height(), pixels.width());
      newHeight = upright ? Math.toIntExact(longer) : shorter;
      newWidth = upright ? shorter : Math.toIntExact(longer);
    }
    if (newHeight == pixels.height() && newWidth == pixels.width()) {
      return image;
    }
    return resized(pixels, newHeight, newWidth, interpolation, antialias).tensor();
  }

  static Pixels resized(
      Pixels pixels, int height, int width, Interpolation interpolation, boolean antialias) {
    if (interpolation == Interpolation.NEAREST) {
      return pixels.placed(nearest(pixels.height(), height), nearest(pixels.width(), width), 0);
    }
    return pixels.resampled(
        Taps.of(pixels.height(), height, interpolation, antialias),
        Taps.of(pixels.width(), width, interpolation, antialias));
  }

  private static int[] nearest(int from, int to) {
    Taps taps = Taps.of(from, to, Interpolation.NEAREST, false);
    int[] places = new int[to];
    for (int i = 0; i < to; i++) {
      places[i] = taps.start(i);
    }
    return places;
  }
}

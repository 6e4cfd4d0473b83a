package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;

/**
 * A border around an image; negative widths cut off.
 *
 * @param left columns before
 * @param top rows above
 * @param right columns behind
 * @param bottom rows below
 * @param fill the value of {@link PaddingMode#CONSTANT}, from 0 to 255 for bytes
 * @param mode what comes there
 */
public record Pad(int left, int top, int right, int bottom, double fill, PaddingMode mode)
    implements Transform {
  /** The same width all around, filled with 0. */
  public Pad(int width) {
    this(width, width, width, width, 0, PaddingMode.CONSTANT);
  }

  public Pad {
    if (!Double.isFinite(fill)) {
      throw ConfigException.value("Pad fill", fill, "a number");
    }
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("Pad", image);
    int height = top + pixels.height() + bottom;
    int width = left + pixels.width() + right;
    if (height < 1 || width < 1) {
      throw ShapeException.mismatch(
          "Pad", "an image larger than what is cut off", image.spec() + ", " + this);
    }
    return new Window(-top, -left, height, width).of(pixels, mode, fill).tensor();
  }
}

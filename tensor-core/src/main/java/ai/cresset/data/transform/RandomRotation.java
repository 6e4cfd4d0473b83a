package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Turns an image around its middle.
 *
 * @param degrees counter-clockwise, drawn evenly
 * @param interpolation nearest or bilinear
 * @param expand whether the image becomes as large as its corners need
 * @param fill what comes in from outside, from 0 to 255 for bytes
 */
public record RandomRotation(
    Range degrees, Interpolation interpolation, boolean expand, double fill) implements Transform {
  public RandomRotation {
    if (interpolation == Interpolation.BICUBIC) {
      throw ConfigException.value(
          "RandomRotation interpolation", interpolation, "NEAREST or BILINEAR");
    }
  }

  /** By up to so many degrees in both directions, bilinear, without growing, filled with 0. */
  public RandomRotation(double degrees) {
    this(new Range(-degrees, degrees), Interpolation.BILINEAR, false, 0);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("RandomRotation", image);
    Affine turn = Affine.inverse(-degrees.draw(draws), 0, 0, 1, 0, 0);
    int[] size =
        expand
            ? turn.size(pixels.height(), pixels.width())
            : new int[] {pixels.height(), pixels.width()};
    boolean bilinear = interpolation == Interpolation.BILINEAR;
    return turn.apply(pixels, size[0], size[1], bilinear, fill).tensor();
  }
}

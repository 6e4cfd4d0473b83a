package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Turns, moves, scales and shears an image around its middle.
 *
 * @param degrees clockwise
 * @param translateX the most to move by, of the width
 * @param translateY the most to move by, of the height
 * @param scale factors above 0
 * @param shearX degrees along x
 * @param shearY degrees along y
 * @param interpolation nearest or bilinear
 * @param fill what comes in from outside, from 0 to 255 for bytes
 */
public record RandomAffine(
    Range degrees,
    double translateX,
    double translateY,
    Range scale,
    Range shearX,
    Range shearY,
    Interpolation interpolation,
    double fill)
    implements Transform {
  public RandomAffine {
    Checks.probability("RandomAffine translateX", translateX);
    Checks.probability("RandomAffine translateY", translateY);
    Checks.positive("RandomAffine scale", scale);
    if (interpolation == Interpolation.BICUBIC) {
      throw ConfigException.value(
          "RandomAffine interpolation", interpolation, "NEAREST or BILINEAR");
    }
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("RandomAffine", image);
    double turn = degrees.draw(draws);
    // Whole elements, as torchvision rounds them.
    double right = Math.rint(draws.uniform(-1, 1) * translateX * pixels.width());
    double down = Math.rint(draws.uniform(-1, 1) * translateY * pixels.height());
    Affine inverse =
        Affine.inverse(
            turn, right, down, scale.draw(draws), shearX.draw(draws), shearY.draw(draws));
    boolean bilinear = interpolation == Interpolation.BILINEAR;
    return inverse.apply(pixels, pixels.height(), pixels.width(), bilinear, fill).tensor();
  }
}

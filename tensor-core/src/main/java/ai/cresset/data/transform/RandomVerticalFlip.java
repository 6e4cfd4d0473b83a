package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * Mirrors an image, upside down, with a probability.
 *
 * @param probability from 0 to 1
 */
public record RandomVerticalFlip(double probability) implements Transform {
  public RandomVerticalFlip {
    Checks.probability("RandomVerticalFlip probability", probability);
  }

  /** Half of the images. */
  public RandomVerticalFlip() {
    this(0.5);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    if (!draws.chance(probability)) {
      return image;
    }
    Pixels pixels = Pixels.of("RandomVerticalFlip", image);
    return pixels
        .placed(Lines.backward(pixels.height()), Lines.forward(pixels.width()), 0)
        .tensor();
  }
}

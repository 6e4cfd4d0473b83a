package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * Mirrors an image, left to right, with a probability.
 *
 * @param probability from 0 to 1
 */
public record RandomHorizontalFlip(double probability) implements Transform {
  public RandomHorizontalFlip {
    Checks.probability("RandomHorizontalFlip probability", probability);
  }

  /** Half of the images. */
  public RandomHorizontalFlip() {
    this(0.5);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    if (!draws.chance(probability)) {
      return image;
    }
    Pixels pixels = Pixels.of("RandomHorizontalFlip", image);
    return pixels
        .placed(Lines.forward(pixels.height()), Lines.backward(pixels.width()), 0)
        .tensor();
  }
}

package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;

/**
 * A part of an image, anywhere with equal probability.
 *
 * @param height of the result
 * @param width of the result
 * @param padding the width of a border that is added first
 * @param padIfNeeded whether an image that is too small gets a border, and is no error
 * @param fill what a constant border consists of
 * @param mode the kind of border
 */
public record RandomCrop(
    int height, int width, int padding, boolean padIfNeeded, double fill, PaddingMode mode)
    implements Transform {
  public RandomCrop {
    Checks.positive("RandomCrop height", height);
    Checks.positive("RandomCrop width", width);
    if (padding < 0) {
      throw ConfigException.value("RandomCrop padding", padding, "at least 0");
    }
  }

  /** Of an image with a border of zeros. */
  public RandomCrop(int height, int width, int padding) {
    this(height, width, padding, false, 0, PaddingMode.CONSTANT);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("RandomCrop", image);
    int above = border(pixels.height(), height);
    int before = border(pixels.width(), width);
    int rows = pixels.height() + 2 * above - height;
    int columns = pixels.width() + 2 * before - width;
    if (rows < 0 || columns < 0) {
      throw ShapeException.mismatch(
          "RandomCrop",
          "an image of at least "
              + height
              + " x "
              + width
              + " with its border of "
              + padding
              + " (or padIfNeeded)",
          image.spec());
    }
    int top = draws.below(rows + 1) - above;
    int left = draws.below(columns + 1) - before;
    return new Window(top, left, height, width).of(pixels, mode, fill).tensor();
  }

  private int border(int size, int wanted) {
    int missing = wanted - size - 2 * padding;
    return padIfNeeded && missing > 0 ? padding + missing : padding;
  }
}

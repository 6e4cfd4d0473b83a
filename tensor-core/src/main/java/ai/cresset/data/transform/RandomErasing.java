package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Paints over a rectangle (Zhong et al., "Random erasing data augmentation", 2020). An image in
 * which ten tries find no place stays as it is.
 *
 * @param probability that anything happens
 * @param scale the area of the rectangle, of the whole one
 * @param ratio its height over its width
 * @param value what it is painted with
 */
public record RandomErasing(double probability, Range scale, Range ratio, double value)
    implements Transform {
  private static final int TRIES = 10;

  public RandomErasing {
    Checks.probability("RandomErasing probability", probability);
    Checks.positive("RandomErasing scale", scale);
    Checks.positive("RandomErasing ratio", ratio);
  }

  /** Areas from 2 % to 33 %, painted with 0. */
  public RandomErasing(double probability) {
    this(probability, new Range(0.02, 0.33), new Range(0.3, 3.3), 0);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    if (!draws.chance(probability)) {
      return image;
    }
    Pixels pixels = Pixels.of("RandomErasing", image);
    int height = pixels.height();
    int width = pixels.width();
    for (int i = 0; i < TRIES; i++) {
      double area = (double) height * width * scale.draw(draws);
      double aspect = ratio.drawLogarithmic(draws);
      int h = (int) Math.rint(Math.sqrt(area * aspect));
      int w = (int) Math.rint(Math.sqrt(area / aspect));
      if (h < height && w < width) {
        int top = draws.below(height - h + 1);
        int left = draws.below(width - w + 1);
        return erased(pixels, new Window(top, left, h, w)).tensor();
      }
    }
    return image;
  }

  Pixels erased(Pixels pixels, Window window) {
    float[] values = pixels.floats().clone();
    for (int channel = 0; channel < pixels.channels(); channel++) {
      for (int y = window.top(); y < window.top() + window.height(); y++) {
        int line = (channel * pixels.height() + y) * pixels.width();
        Arrays.fill(
            values, line + window.left(), line + window.left() + window.width(), (float) value);
      }
    }
    return pixels.truncated(pixels.channels(), values);
  }
}

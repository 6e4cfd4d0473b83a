package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * A part of an image of random area and proportions, brought to one size: the crop of Szegedy et
 * al., "Going deeper with convolutions", 2015. An image in which ten tries find no place gives its
 * middle.
 *
 * @param height of the result
 * @param width of the result
 * @param scale the area of the part, of the whole one
 * @param ratio its width over its height
 * @param interpolation between elements
 * @param antialias whether all elements count when the part becomes smaller
 */
public record RandomResizedCrop(
    int height, int width, Range scale, Range ratio, Interpolation interpolation, boolean antialias)
    implements Transform {
  private static final int TRIES = 10;

  public RandomResizedCrop {
    Checks.positive("RandomResizedCrop height", height);
    Checks.positive("RandomResizedCrop width", width);
    Checks.positive("RandomResizedCrop scale", scale);
    Checks.positive("RandomResizedCrop ratio", ratio);
  }

  /** An area from 8 % on, proportions from 3:4 to 4:3, bilinear with antialiasing. */
  public RandomResizedCrop(int height, int width) {
    this(height, width, new Range(0.08, 1));
  }

  /** Proportions from 3:4 to 4:3, bilinear with antialiasing. */
  public RandomResizedCrop(int height, int width, Range scale) {
    this(height, width, scale, new Range(3 / 4.0, 4 / 3.0), Interpolation.BILINEAR, true);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("RandomResizedCrop", image);
    Pixels part =
        window(pixels.height(), pixels.width(), draws).of(pixels, PaddingMode.CONSTANT, 0);
    return Resize.resized(part, height, width, interpolation, antialias).tensor();
  }

  Window window(int fullHeight, int fullWidth, Draws draws) {
    for (int i = 0; i < TRIES; i++) {
      double area = (double) fullHeight * fullWidth * scale.draw(draws);
      double aspect = ratio.drawLogarithmic(draws);
      int w = (int) Math.rint(Math.sqrt(area * aspect));
      int h = (int) Math.rint(Math.sqrt(area / aspect));
      if (w > 0 && w <= fullWidth && h > 0 && h <= fullHeight) {
        int top = draws.below(fullHeight - h + 1);
        return new Window(top, draws.below(fullWidth - w + 1), h, w);
      }
    }
    double whole = (double) fullWidth / fullHeight;
    int w = fullWidth;
    int h = fullHeight;
    if (whole < ratio.least()) {
      h = (int) Math.rint(w / ratio.least());
    } else if (whole > ratio.most()) {
      w = (int) Math.rint(h * ratio.most());
    }
    return new Window((fullHeight - h) / 2, (fullWidth - w) / 2, h, w);
  }
}

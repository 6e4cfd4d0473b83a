package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * The middle of an image; one that is smaller gets a border of 0.
 *
 * @param height of the result
 * @param width of the result
 */
public record CenterCrop(int height, int width) implements Transform {
  public CenterCrop {
    Checks.positive("CenterCrop height", height);
    Checks.positive("CenterCrop width", width);
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("CenterCrop", image);
    // torchvision fills up first, with the smaller half before, and then cuts around the middle.
    Pixels filled = pixels;
    if (height > pixels.height() || width > pixels.width()) {
      int newHeight = Math.max(height, pixels.height());
      int newWidth = Math.max(width, pixels.width());
      filled =
          new Window(
                  -((newHeight - pixels.height()) / 2),
                  -((newWidth - pixels.width()) / 2),
                  newHeight,
                  newWidth)
              .of(pixels, PaddingMode.CONSTANT, 0);
    }
    return Window.centered(filled, height, width).of(filled, PaddingMode.CONSTANT, 0).tensor();
  }
}

package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Changes brightness, contrast, saturation and hue at random, in random order.
 *
 * @param brightness factors, from 0 on; 1 changes nothing
 * @param contrast factors, from 0 on
 * @param saturation factors, from 0 on
 * @param hue parts of the colour circle, from -0.5 to 0.5; 0 changes nothing
 */
public record ColorJitter(Range brightness, Range contrast, Range saturation, Range hue)
    implements Transform {
  public ColorJitter {
    factor("ColorJitter brightness", brightness);
    factor("ColorJitter contrast", contrast);
    factor("ColorJitter saturation", saturation);
    if (hue.least() < -0.5 || hue.most() > 0.5) {
      throw ConfigException.value("ColorJitter hue", hue, "numbers from -0.5 to 0.5");
    }
  }

  /**
   * Factors around 1 and turns around 0, as torchvision takes single numbers.
   *
   * @param hue at most 0.5
   */
  public ColorJitter(double brightness, double contrast, double saturation, double hue) {
    this(around(brightness), around(contrast), around(saturation), new Range(-hue, hue));
  }

  private static Range around(double width) {
    if (!(width >= 0)) {
      throw ConfigException.value("ColorJitter", width, "at least 0");
    }
    return new Range(Math.max(0, 1 - width), 1 + width);
  }

  private static void factor(String key, Range range) {
    if (range.least() < 0 || Double.isInfinite(range.most())) {
      throw ConfigException.value(key, range, "factors from 0 on");
    }
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("ColorJitter", image);
    Colors.requireColors("ColorJitter", pixels);
    for (int change : draws.permutation(4)) {
      pixels =
          switch (change) {
            case 0 -> Colors.brightness(pixels, brightness.draw(draws));
            case 1 -> Colors.contrast(pixels, contrast.draw(draws));
            case 2 -> Colors.saturation(pixels, saturation.draw(draws));
            default -> Colors.hue(pixels, hue.draw(draws));
          };
    }
    return pixels.tensor();
  }
}

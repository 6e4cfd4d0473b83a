package ai.cresset.data.transform;

import ai.cresset.error.ShapeException;

/** Changes of brightness and colour, with torchvision's formulas for tensors. */
final class Colors {
  private Colors() {}

  static void requireColors(String op, Pixels pixels) {
    if (pixels.channels() != 1 && pixels.channels() != 3) {
      throw ShapeException.mismatch(
          op, "an image of 1 or 3 channels", pixels.channels() + " channels");
    }
  }

  /** Of ITU-R BT.601: {@code 0.2989 R + 0.587 G + 0.114 B}, not rounded. */
  static float[] luma(Pixels pixels) {
    float[] from = pixels.floats();
    if (pixels.channels() == 1) {
      return from;
    }
    int plane = pixels.height() * pixels.width();
    float[] luma = new float[plane];
    for (int i = 0; i < plane; i++) {
      luma[i] = from[i] * 0.2989f + from[plane + i] * 0.587f + from[2 * plane + i] * 0.114f;
    }
    return luma;
  }

  private static float[] wholeLuma(Pixels pixels) {
    float[] luma = luma(pixels);
    if (pixels.most() == 255) {
      for (int i = 0; i < luma.length; i++) {
        luma[i] = (float) Math.floor(luma[i]);
      }
    }
    return luma;
  }

  static Pixels brightness(Pixels pixels, double factor) {
    return blended(pixels, new float[] {0}, factor);
  }

  static Pixels contrast(Pixels pixels, double factor) {
    float[] luma = wholeLuma(pixels);
    double sum = 0;
    for (float each : luma) {
      sum += each;
    }
    return blended(pixels, new float[] {(float) (sum / luma.length)}, factor);
  }

  static Pixels saturation(Pixels pixels, double factor) {
    return pixels.channels() == 1 ? pixels : blended(pixels, wholeLuma(pixels), factor);
  }

  /** {@code factor * image + (1 - factor) * other}, where the other may be a plane or a number. */
  private static Pixels blended(Pixels pixels, float[] other, double factor) {
    float[] from = pixels.floats();
    float[] mixed = new float[from.length];
    float part = (float) factor;
    float rest = (float) (1 - factor);
    float most = (float) pixels.most();
    for (int i = 0; i < mixed.length; i++) {
      float value = from[i] * part + other[other.length == 1 ? 0 : i % other.length] * rest;
      mixed[i] = Math.max(0, Math.min(most, value));
    }
    return pixels.truncated(pixels.channels(), mixed);
  }

  /**
   * Turns all colours around the circle.
   *
   * @param turn of a whole one, from -0.5 to 0.5
   */
  static Pixels hue(Pixels pixels, double turn) {
    if (pixels.channels() == 1 || turn == 0) {
      return pixels;
    }
    float[] from = pixels.floats();
    float[] turned = new float[from.length];
    int plane = pixels.height() * pixels.width();
    float scale = (float) pixels.most();
    float[] color = new float[3];
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        color[c] = from[c * plane + i] / scale;
      }
      turnHue(color, (float) turn);
      for (int c = 0; c < 3; c++) {
        // What torchvision multiplies bytes with before it cuts fractions off.
        turned[c * plane + i] = scale == 1 ? color[c] : color[c] * 255.999f;
      }
    }
    return pixels.truncated(3, turned);
  }

  private static void turnHue(float[] color, float turn) {
    float most = Math.max(color[0], Math.max(color[1], color[2]));
    float least = Math.min(color[0], Math.min(color[1], color[2]));
    float spread = most - least;
    if (spread == 0) {
      return;
    }
    float red = (most - color[0]) / spread;
    float green = (most - color[1]) / spread;
    float blue = (most - color[2]) / spread;
    float sixths;
    if (most == color[0]) {
      sixths = blue - green;
    } else if (most == color[1]) {
      sixths = 2 + red - blue;
    } else {
      sixths = 4 + green - red;
    }
    float hue = sixths / 6 + 1 + turn;
    hue -= (float) Math.floor(hue);
    float saturation = spread / most;
    float at = hue * 6;
    int sector = (int) Math.floor(at);
    float fraction = at - sector;
    float p = clamp((1 - saturation) * most);
    float q = clamp((1 - saturation * fraction) * most);
    float t = clamp((1 - saturation * (1 - fraction)) * most);
    switch (sector % 6) {
      case 0 -> set(color, most, t, p);
      case 1 -> set(color, q, most, p);
      case 2 -> set(color, p, most, t);
      case 3 -> set(color, p, q, most);
      case 4 -> set(color, t, p, most);
      default -> set(color, most, p, q);
    }
  }

  private static float clamp(float value) {
    return Math.max(0, Math.min(1, value));
  }

  private static void set(float[] color, float red, float green, float blue) {
    color[0] = red;
    color[1] = green;
    color[2] = blue;
  }
}

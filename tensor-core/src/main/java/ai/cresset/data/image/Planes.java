package ai.cresset.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/** What a decoded picture of the JDK has in its channels. */
final class Planes {
  private Planes() {}

  static DecodedImage of(BufferedImage image) {
    boolean components = image.getColorModel() instanceof ComponentColorModel;
    int bands = image.getRaster().getNumBands();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && isWhole(image)) {
      return reversed(image);
    }
    if (components && bands <= 2) {
      // Values as they are: the JDK takes grey for linear light and would change them.
      return samples(image, 1);
    }
    if (components && image.getColorModel().getColorSpace().isCS_sRGB()) {
      return samples(image, 3);
    }
    return colors(image);
  }

  private static boolean isWhole(BufferedImage image) {
    return image.getRaster().getDataBuffer().getSize() == 3 * image.getWidth() * image.getHeight();
  }

  /** What JPEG files give: blue, green and red side by side. */
  private static DecodedImage reversed(BufferedImage image) {
    byte[] from = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    int plane = image.getWidth() * image.getHeight();
    byte[] to = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      to[i] = from[3 * i + 2];
      to[plane + i] = from[3 * i + 1];
      to[2 * plane + i] = from[3 * i];
    }
    return new DecodedImage(3, image.getHeight(), image.getWidth(), to);
  }

  private static DecodedImage samples(BufferedImage image, int channels) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    int bits = image.getColorModel().getComponentSize(0);
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    byte[] bytes = new byte[channels * height * width];
    int[] row = new int[width];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < height; y++) {
        raster.getSamples(0, y, width, 1, channel, row);
        int to = (channel * height + y) * width;
        for (int x = 0; x < width; x++) {
          bytes[to + x] = (byte) (bits < 8 ? row[x] * 255 / ((1 << bits) - 1) : row[x] >> shift);
        }
      }
    }
    return new DecodedImage(channels, height, width, bytes);
  }

  /** Palettes and packed colours. */
  private static DecodedImage colors(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int plane = width * height;
    int[] colors = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] bytes = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      bytes[i] = (byte) (colors[i] >> 16);
      bytes[plane + i] = (byte) (colors[i] >> 8);
      bytes[2 * plane + i] = (byte) colors[i];
    }
    return new DecodedImage(3, height, width, bytes);
  }
}

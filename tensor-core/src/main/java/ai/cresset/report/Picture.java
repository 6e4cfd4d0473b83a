package ai.cresset.report;

import ai.cresset.error.ShapeException;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A small image.
 *
 * @param height in elements
 * @param width in elements
 * @param channels 1 is grey, 3 red, green and blue
 * @param elements bytes {@code [height, width, channels]}
 */
public record Picture(int height, int width, int channels, byte[] elements)
    implements Serializable {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  public Picture {
    if ((channels != 1 && channels != 3) || elements.length != height * width * channels) {
      throw ShapeException.mismatch(
          "picture",
          "height x width x 1 or 3 bytes",
          height + " x " + width + " x " + channels + " and " + elements.length + " bytes");
    }
  }

  /**
   * Of channels one after the other, as networks have them. Channels beyond the third are left out;
   * two are shown as the mean of both.
   *
   * @param planes {@code [channels, height, width]}, 0 to 255
   */
  public static Picture ofPlanes(byte[] planes, int channels, int height, int width) {
    int shown = channels >= 3 ? 3 : 1;
    int size = height * width;
    byte[] elements = new byte[size * shown];
    for (int i = 0; i < size; i++) {
      if (channels == 2) {
        elements[i] = (byte) (((planes[i] & 0xff) + (planes[size + i] & 0xff)) / 2);
      } else {
        for (int channel = 0; channel < shown; channel++) {
          elements[i * shown + channel] = planes[channel * size + i];
        }
      }
    }
    return new Picture(height, width, shown, elements);
  }

  /** As a PNG file (RFC 2083), without filters. */
  public byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    byte kind = (byte) (channels == 1 ? 0 : 2);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {8, kind, 0, 0, 0});
    chunk(out, "IHDR", header.array());
    chunk(out, "IDAT", deflated());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private byte[] deflated() {
    int row = width * channels;
    byte[] lines = new byte[height * (row + 1)]; // each line begins with its filter, 0 for none
    for (int y = 0; y < height; y++) {
      System.arraycopy(elements, y * row, lines, y * (row + 1) + 1, row);
    }
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(lines);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        packed.write(buffer, 0, deflater.deflate(buffer));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }
}

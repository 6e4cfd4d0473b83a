package ai.cresset.data.transform;

import ai.cresset.memory.NativeMemory;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * An image of unsigned bytes.
 *
 * @param bytes {@code [channels, height, width]}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record BytePixels(int channels, int height, int width, byte[] bytes) implements Pixels {
  /** Lines that are turned at once, so that what is written stays in the cache. */
  private static final int TILE = 16;

  @Override
  public double most() {
    return 255;
  }

  @Override
  public float[] floats() {
    float[] floats = new float[bytes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = bytes[i] & 0xff;
    }
    return floats;
  }

  @Override
  public Pixels truncated(int channels, float[] values) {
    byte[] cut = new byte[values.length];
    for (int i = 0; i < cut.length; i++) {
      cut[i] = (byte) (int) Math.max(0, Math.min(255, values[i]));
    }
    return new BytePixels(channels, height, width, cut);
  }

  @Override
  public Pixels rounded(int channels, int height, int width, float[] values) {
    byte[] near = new byte[values.length];
    for (int i = 0; i < near.length; i++) {
      near[i] = (byte) (int) Math.rint(Math.max(0, Math.min(255, values[i])));
    }
    return new BytePixels(channels, height, width, near);
  }

  @Override
  public Pixels placed(int[] rows, int[] columns, double fill) {
    byte[] placed = new byte[channels * rows.length * columns.length];
    byte filling = (byte) (int) Math.rint(Math.max(0, Math.min(255, fill)));
    boolean run = Lines.isRun(columns);
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row : rows) {
        int line = (channel * height + row) * width;
        if (run && row >= 0) {
          System.arraycopy(bytes, line + columns[0], placed, to, columns.length);
          to += columns.length;
          continue;
        }
        for (int column : columns) {
          placed[to++] = row < 0 || column < 0 ? filling : bytes[line + column];
        }
      }
    }
    return new BytePixels(channels, rows.length, columns.length, placed);
  }

  /**
   * In whole numbers, with bytes between the passes, as Pillow does it. Both passes add whole lines
   * of all channels, which are columns in the first one: compilers make vectors of that.
   */
  @Override
  public Pixels resampled(Taps rows, Taps columns) {
    int newWidth = columns.length();
    int newHeight = rows.length();
    int[] narrow = narrowed(columns);
    int[] sums = new int[channels * newWidth];
    byte[] small = new byte[channels * newHeight * newWidth];
    for (int y = 0; y < newHeight; y++) {
      rows.sum(y, narrow, sums);
      for (int channel = 0; channel < channels; channel++) {
        int from = channel * newWidth;
        int to = (channel * newHeight + y) * newWidth;
        for (int x = 0; x < newWidth; x++) {
          small[to + x] = (byte) Taps.toByte(sums[from + x]);
        }
      }
    }
    return new BytePixels(channels, newHeight, newWidth, small);
  }

  /** Of another width: {@code [height, channels, width]}. */
  private int[] narrowed(Taps columns) {
    int newWidth = columns.length();
    int[] turned = turned();
    int[] narrow = new int[height * channels * newWidth];
    int[][] sums = new int[TILE][channels * height];
    for (int first = 0; first < newWidth; first += TILE) {
      int count = Math.min(TILE, newWidth - first);
      for (int i = 0; i < count; i++) {
        columns.sum(first + i, turned, sums[i]);
      }
      for (int channel = 0; channel < channels; channel++) {
        for (int y = 0; y < height; y++) {
          int to = (y * channels + channel) * newWidth + first;
          for (int i = 0; i < count; i++) {
            narrow[to + i] = Taps.toByte(sums[i][channel * height + y]);
          }
        }
      }
    }
    return narrow;
  }

  /** As numbers {@code [width, channels, height]}. */
  private int[] turned() {
    int lines = channels * height;
    int[] turned = new int[bytes.length];
    for (int first = 0; first < width; first += TILE) {
      int end = Math.min(width, first + TILE);
      for (int line = 0; line < lines; line++) {
        for (int x = first; x < end; x++) {
          turned[x * lines + line] = bytes[line * width + x] & 0xff;
        }
      }
    }
    return turned;
  }

  @Override
  public Tensor tensor() {
    Tensor tensor = Tensor.empty(Tensor.spec(DType.UINT8, channels, height, width));
    NativeMemory.write(bytes, 0, tensor.storage().address(), bytes.length);
    return tensor;
  }
}

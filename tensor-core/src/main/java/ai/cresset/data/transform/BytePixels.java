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
   * In whole numbers, with bytes between the passes, as Pillow does it. Both passes add whole lines,
   * of a channel that is turned for the first one: compilers make vectors of that.
   */
  @Override
  public Pixels resampled(Taps rows, Taps columns) {
    int newWidth = columns.length();
    int newHeight = rows.length();
    byte[] small = new byte[channels * newHeight * newWidth];
    int[] turned = new int[width * height];
    int[] narrow = new int[newWidth * height];
    int[] upright = new int[height * newWidth];
    int[] result = new int[newHeight * newWidth];
    for (int channel = 0; channel < channels; channel++) {
      int from = channel * height * width;
      for (int x = 0; x < width; x++) {
        for (int y = 0; y < height; y++) {
          turned[x * height + y] = bytes[from + y * width + x] & 0xff;
        }
      }
      columns.blend(turned, height, narrow);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < newWidth; x++) {
          upright[y * newWidth + x] = narrow[x * height + y];
        }
      }
      rows.blend(upright, newWidth, result);
      int to = channel * result.length;
      for (int i = 0; i < result.length; i++) {
        small[to + i] = (byte) result[i];
      }
    }
    return new BytePixels(channels, newHeight, newWidth, small);
  }

  @Override
  public Tensor tensor() {
    Tensor tensor = Tensor.empty(Tensor.spec(DType.UINT8, channels, height, width));
    NativeMemory.write(bytes, 0, tensor.storage().address(), bytes.length);
    return tensor;
  }
}

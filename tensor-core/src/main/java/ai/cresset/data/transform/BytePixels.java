package ai.cresset.data.transform;

import ai.cresset.memory.NativeMemory;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;

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
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row : rows) {
        int line = (channel * height + row) * width;
        for (int column : columns) {
          placed[to++] = row < 0 || column < 0 ? filling : bytes[line + column];
        }
      }
    }
    return new BytePixels(channels, rows.length, columns.length, placed);
  }

  /** In whole numbers, with bytes between the passes, as Pillow does it. */
  @Override
  public Pixels resampled(Taps rows, Taps columns) {
    int[] across = columns.fixed();
    int[] down = rows.fixed();
    int newWidth = columns.length();
    byte[] narrow = new byte[channels * height * newWidth];
    for (int line = 0; line < channels * height; line++) {
      int from = line * width;
      for (int x = 0; x < newWidth; x++) {
        int start = from + columns.start(x);
        int weights = columns.first(x);
        int sum = Taps.HALF;
        for (int k = 0; k < columns.count(x); k++) {
          sum += across[weights + k] * (bytes[start + k] & 0xff);
        }
        narrow[line * newWidth + x] = Taps.toByte(sum);
      }
    }
    int newHeight = rows.length();
    byte[] small = new byte[channels * newHeight * newWidth];
    int[] sums = new int[newWidth];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < newHeight; y++) {
        Arrays.fill(sums, Taps.HALF);
        for (int k = 0; k < rows.count(y); k++) {
          int weight = down[rows.first(y) + k];
          int from = (channel * height + rows.start(y) + k) * newWidth;
          for (int x = 0; x < newWidth; x++) {
            sums[x] += weight * (narrow[from + x] & 0xff);
          }
        }
        int to = (channel * newHeight + y) * newWidth;
        for (int x = 0; x < newWidth; x++) {
          small[to + x] = Taps.toByte(sums[x]);
        }
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

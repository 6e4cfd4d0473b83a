package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * An image of numbers, by convention from 0 to 1.
 *
 * @param floats {@code [channels, height, width]}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record FloatPixels(int channels, int height, int width, float[] floats) implements Pixels {
  @Override
  public double most() {
    return 1;
  }

  @Override
  public Pixels truncated(int channels, float[] values) {
    return new FloatPixels(channels, height, width, values);
  }

  @Override
  public Pixels rounded(int channels, int height, int width, float[] values) {
    return new FloatPixels(channels, height, width, values);
  }

  @Override
  public Pixels placed(int[] rows, int[] columns, double fill) {
    float[] placed = new float[channels * rows.length * columns.length];
    float filling = (float) fill;
    boolean run = Lines.isRun(columns);
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row : rows) {
        int line = (channel * height + row) * width;
        if (run && row >= 0) {
          System.arraycopy(floats, line + columns[0], placed, to, columns.length);
          to += columns.length;
          continue;
        }
        for (int column : columns) {
          placed[to++] = row < 0 || column < 0 ? filling : floats[line + column];
        }
      }
    }
    return new FloatPixels(channels, rows.length, columns.length, placed);
  }

  @Override
  public Pixels resampled(Taps rows, Taps columns) {
    int newWidth = columns.length();
    float[] narrow = new float[channels * height * newWidth];
    for (int line = 0; line < channels * height; line++) {
      int from = line * width;
      for (int x = 0; x < newWidth; x++) {
        int start = from + columns.start(x);
        float sum = 0;
        for (int k = 0; k < columns.count(x); k++) {
          sum += columns.weight(columns.first(x) + k) * floats[start + k];
        }
        narrow[line * newWidth + x] = sum;
      }
    }
    int newHeight = rows.length();
    float[] small = new float[channels * newHeight * newWidth];
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < newHeight; y++) {
        int to = (channel * newHeight + y) * newWidth;
        for (int k = 0; k < rows.count(y); k++) {
          float weight = rows.weight(rows.first(y) + k);
          int from = (channel * height + rows.start(y) + k) * newWidth;
          for (int x = 0; x < newWidth; x++) {
            small[to + x] += weight * narrow[from + x];
          }
        }
      }
    }
    return new FloatPixels(channels, newHeight, newWidth, small);
  }

  @Override
  public Tensor tensor() {
    return Tensor.of(floats, channels, height, width);
  }
}

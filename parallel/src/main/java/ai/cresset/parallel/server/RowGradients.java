package ai.cresset.parallel.server;

import java.util.Arrays;

/** Gradients of rows, added up by id over lookups and micro-batches. */
final class RowGradients {
  private final int width;
  private final LongIndex index = new LongIndex(0);
  private long[] ids = new long[0];
  private float[] sums = new float[0];
  private int count;

  RowGradients(int width) {
    this.width = width;
  }

  /** Adds gradients {@code [more.length, width]} of different ids; takes over both arrays. */
  void add(long[] more, float[] gradients) {
    if (count == 0) {
      ids = more;
      sums = gradients;
      count = more.length;
      return;
    }
    if (index.size() == 0) {
      for (int i = 0; i < count; i++) {
        index.put(ids[i], i);
      }
    }
    ids = Arrays.copyOf(ids, count + more.length);
    sums = Arrays.copyOf(sums, (count + more.length) * width);
    for (int i = 0; i < more.length; i++) {
      int place = index.getOrPut(more[i], count);
      if (place == count) {
        ids[count++] = more[i];
        System.arraycopy(gradients, i * width, sums, place * width, width);
      } else {
        for (int j = 0; j < width; j++) {
          sums[place * width + j] += gradients[i * width + j];
        }
      }
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  long[] ids() {
    return Arrays.copyOf(ids, count);
  }

  float[] sums() {
    return sums.length == count * width ? sums : Arrays.copyOf(sums, count * width);
  }
}

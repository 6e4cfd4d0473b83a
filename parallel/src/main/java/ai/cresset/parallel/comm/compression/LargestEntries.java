package ai.cresset.parallel.comm.compression;

/** Finds the k entries of the largest magnitude; NaN counts as the largest of all. */
final class LargestEntries {
  private LargestEntries() {}

  /** Bits that order as magnitudes do. */
  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }

  /**
   * Positions in ascending order. Among equal magnitudes the first ones are taken, so the answer is
   * the same everywhere.
   *
   * @param k 1 to the number of values
   */
  static int[] of(float[] values, int k) {
    int[] magnitudes = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = magnitude(values[i]);
    }
    int threshold = select(magnitudes, values.length - k);
    int above = 0;
    for (float value : values) {
      above += magnitude(value) > threshold ? 1 : 0;
    }
    int equal = k - above;
    int[] positions = new int[k];
    int found = 0;
    for (int i = 0; found < k; i++) {
      int here = magnitude(values[i]);
      if (here > threshold || here == threshold && equal-- > 0) {
        positions[found++] = i;
      }
    }
    return positions;
  }

  /** The value that sorting would put at {@code place}; Hoare's quickselect, in place. */
  private static int select(int[] values, int place) {
    int low = 0;
    int high = values.length - 1;
    while (low < high) {
      int pivot = median(values[low], values[(low + high) >>> 1], values[high]);
      int left = low;
      int right = high;
      while (left <= right) {
        while (values[left] < pivot) {
          left++;
        }
        while (values[right] > pivot) {
          right--;
        }
        if (left <= right) {
          int swap = values[left];
          values[left++] = values[right];
          values[right--] = swap;
        }
      }
      if (place <= right) {
        high = right;
      } else if (place >= left) {
        low = left;
      } else {
        return values[place];
      }
    }
    return values[low];
  }

  private static int median(int a, int b, int c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}

package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * Stable sorting along a dimension, line by line. Every type is mapped to int64 keys in the same
 * order, NaN above all. Keys of up to 32 bits are sorted together with their place in one word,
 * which makes any sort a stable one; wider keys are merged. Where only the first elements are
 * wanted, they are selected before they are sorted.
 */
final class SortKernel {
  private final ThreadTeam team;

  SortKernel(ThreadTeam team) {
    this.team = team;
  }

  void sort(View input, int dim, boolean descending, View values, View indices) {
    if (values.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, input, values, indices);
    int length = Math.toIntExact(line.length());
    int wanted = values.shape().rank() == 0 ? 1 : Math.toIntExact(values.shape().size(dim));
    long lines = line.others().count();
    long linesOfChunk = Math.max(1, 8 * Scratch.BLOCK / length);
    team.run(
        Math.toIntExact((lines + linesOfChunk - 1) / linesOfChunk),
        chunk -> {
          Lines sorter = new Lines(input, line, descending, values, indices, wanted);
          long start = chunk * linesOfChunk;
          long end = Math.min(lines, start + linesOfChunk);
          LoopNest.Cursor cursor = line.others().cursor(3, start);
          for (long i = start; i < end; i++, cursor.advance()) {
            sorter.sort(cursor.offset(0), cursor.offset(1), cursor.offset(2));
          }
        });
  }

  /** Sorts lines of one length, with arrays of its own. */
  private static final class Lines {
    private final View input;
    private final View values;
    private final View indices;
    private final Line line;
    private final boolean descending;
    private final int length;
    private final int wanted;
    private final boolean selects;
    private final boolean packed;
    private final long[] keys;
    private int[] order;
    private int[] spare;

    Lines(View input, Line line, boolean descending, View values, View indices, int wanted) {
      this.input = input;
      this.values = values;
      this.indices = indices;
      this.line = line;
      this.descending = descending;
      this.length = (int) line.length();
      this.wanted = wanted;
      this.selects = Selection.isWorthwhile(wanted, length);
      this.packed = input.dtype().bytes() < 8;
      this.keys = new long[length];
      this.order = new int[packed ? 0 : length];
      this.spare = new int[packed ? 0 : length];
    }

    void sort(long from, long toValues, long toIndices) {
      readKeys(from);
      int count = length;
      if (packed) {
        if (selects) {
          Selection.smallestFirst(keys, length, wanted);
          count = wanted;
        }
        Arrays.sort(keys, 0, count);
      } else {
        if (selects) {
          Selection.placesOfSmallest(keys, length, wanted, order);
          count = wanted;
        } else {
          for (int i = 0; i < length; i++) {
            order[i] = i;
          }
        }
        mergeSort(count);
      }
      int bytes = input.dtype().bytes();
      for (int i = 0; i < wanted; i++) {
        long at = packed ? keys[i] & 0xffff_ffffL : order[i];
        ElementKernel.copy(
            bytes,
            input.address() + (from + at * line.stride(0)) * bytes,
            values.address() + (toValues + i * line.stride(1)) * bytes);
        NativeMemory.putLong(indices.address() + 8 * (toIndices + i * line.stride(2)), at);
      }
    }

    private void readKeys(long from) {
      Scratch scratch = Scratch.current();
      DType dtype = input.dtype();
      for (int at = 0; at < length; at += Scratch.BLOCK) {
        int count = Math.min(Scratch.BLOCK, length - at);
        long address = input.address() + (from + at * line.stride(0)) * dtype.bytes();
        if (!dtype.isFloating()) {
          ConvertedSegments.read(dtype, address, line.stride(0), keys, at, count, scratch);
        } else if (packed) {
          float[] block = scratch.floatRow(0, Scratch.BLOCK);
          ConvertedSegments.read(dtype, address, line.stride(0), block, 0, count, scratch);
          for (int i = 0; i < count; i++) {
            keys[at + i] = key(block[i]);
          }
        } else {
          double[] block = scratch.doubleRow(0, Scratch.BLOCK);
          ConvertedSegments.read(dtype, address, line.stride(0), block, 0, count, scratch);
          for (int i = 0; i < count; i++) {
            keys[at + i] = key(block[i]);
          }
        }
      }
      long flip = descending ? -1 : 0;
      if (packed) {
        for (int i = 0; i < length; i++) {
          keys[i] = (keys[i] ^ flip) << 32 | i;
        }
      } else if (descending) {
        for (int i = 0; i < length; i++) {
          keys[i] = ~keys[i];
        }
      }
    }

    /** The bits in the order of the numbers; adding 0 makes both zeros equal. */
    private static long key(double value) {
      long bits = Double.doubleToRawLongBits(value + 0.0);
      return Double.isNaN(value) ? Long.MAX_VALUE : bits ^ bits >> 63 & Long.MAX_VALUE;
    }

    private static long key(float value) {
      int bits = Float.floatToRawIntBits(value + 0.0f);
      return Float.isNaN(value) ? Integer.MAX_VALUE : bits ^ bits >> 31 & Integer.MAX_VALUE;
    }

    private void mergeSort(int count) {
      for (long width = 1; width < count; width *= 2) {
        for (long start = 0; start < count; start += 2 * width) {
          int middle = (int) Math.min(start + width, count);
          int end = (int) Math.min(start + 2 * width, count);
          merge((int) start, middle, end);
        }
        int[] sorted = spare;
        spare = order;
        order = sorted;
      }
    }

    private void merge(int start, int middle, int end) {
      int left = start;
      int right = middle;
      for (int to = start; to < end; to++) {
        boolean fromLeft =
            left < middle && (right >= end || keys[order[left]] <= keys[order[right]]);
        spare[to] = order[fromLeft ? left++ : right++];
      }
    }
  }
}

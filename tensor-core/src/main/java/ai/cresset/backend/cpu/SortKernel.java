package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Stable sorting along a dimension, line by line. Every type is mapped to int64 keys in the same
 * order, NaN above all. Keys of up to 32 bits are sorted together with their place in one word,
 * which makes any sort a stable one; wider keys are merged. Where only the first elements are
 * wanted, they are selected before they are sorted, and where only one is, nothing is sorted.
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
    int wanted = values.shape().rank() == 0 ? 1 : Math.toIntExact(values.shape().size(dim));
    eachLine(
        line,
        () -> new Lines(input, line, descending, values, indices, wanted),
        (sorter, cursor) -> sorter.sort(cursor.offset(0), cursor.offset(1), cursor.offset(2)));
  }

  /** Where number {@code k}, from 0 on, of each sorted line was. */
  void kth(View input, int dim, long k, View indices) {
    if (indices.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, input, indices, indices);
    int wanted = Math.toIntExact(k + 1);
    eachLine(
        line,
        () -> new Lines(input, line, false, input, indices, wanted),
        (sorter, cursor) -> sorter.kth(cursor.offset(0), cursor.offset(1)));
  }

  private void eachLine(
      Line line, Supplier<Lines> sorters, BiConsumer<Lines, LoopNest.Cursor> body) {
    int length = Math.toIntExact(line.length());
    long lines = line.others().count();
    long linesOfChunk = Math.max(1, 8 * Scratch.BLOCK / length);
    team.run(
        Math.toIntExact((lines + linesOfChunk - 1) / linesOfChunk),
        chunk -> {
          Lines sorter = sorters.get();
          long start = chunk * linesOfChunk;
          long end = Math.min(lines, start + linesOfChunk);
          LoopNest.Cursor cursor = line.others().cursor(3, start);
          for (long i = start; i < end; i++, cursor.advance()) {
            body.accept(sorter, cursor);
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
    private final Selection selection;
    private long[] keys;
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
      this.selection = new Selection(selects && packed ? wanted : 1);
      this.keys = new long[0];
      this.order = new int[packed ? 0 : length];
      this.spare = new int[packed ? 0 : length];
    }

    void sort(long from, long toValues, long toIndices) {
      int count = length;
      if (packed && selects) {
        offerKeys(from);
        keys = selection.smallest();
      } else if (packed) {
        readKeys(from);
        Arrays.sort(keys);
      } else {
        readKeys(from);
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

    /**
     * Writes where number {@code wanted - 1} is. Packed keys differ; among others places decide.
     */
    void kth(long from, long toIndices) {
      readKeys(from);
      long place;
      if (packed) {
        place = Selection.kth(keys, wanted - 1) & 0xffff_ffffL;
      } else {
        Selection.placesOfSmallest(keys, length, wanted, order);
        place = order[0];
        for (int i = 1; i < wanted; i++) {
          // Later places come after equal ones.
          place = keys[order[i]] >= keys[(int) place] ? order[i] : place;
        }
      }
      NativeMemory.putLong(indices.address() + 8 * toIndices, place);
    }

    private void readKeys(long from) {
      if (keys.length != length) {
        keys = new long[length];
      }
      for (int at = 0; at < length; at += Scratch.BLOCK) {
        readBlock(from, at, Math.min(Scratch.BLOCK, length - at), keys, at);
      }
    }

    private void offerKeys(long from) {
      long[] block = Scratch.current().longRegisters(1)[0];
      selection.clear();
      for (int at = 0; at < length; at += Scratch.BLOCK) {
        int count = Math.min(Scratch.BLOCK, length - at);
        readBlock(from, at, count, block, 0);
        for (int i = 0; i < count; i++) {
          selection.offer(block[i]);
        }
      }
    }

    /** Reads the keys of a part of a line that begins at place {@code at}. */
    private void readBlock(long from, int at, int count, long[] to, int start) {
      Scratch scratch = Scratch.current();
      DType dtype = input.dtype();
      long address = input.address() + (from + at * line.stride(0)) * dtype.bytes();
      if (!dtype.isFloating()) {
        ConvertedSegments.read(dtype, address, line.stride(0), to, start, count, scratch);
      } else if (packed) {
        float[] block = scratch.floatRow(0, Scratch.BLOCK);
        ConvertedSegments.read(dtype, address, line.stride(0), block, 0, count, scratch);
        for (int i = 0; i < count; i++) {
          to[start + i] = key(block[i]);
        }
      } else {
        double[] block = scratch.doubleRow(0, Scratch.BLOCK);
        ConvertedSegments.read(dtype, address, line.stride(0), block, 0, count, scratch);
        for (int i = 0; i < count; i++) {
          to[start + i] = key(block[i]);
        }
      }
      long flip = descending ? -1 : 0;
      if (packed) {
        for (int i = 0; i < count; i++) {
          to[start + i] = (to[start + i] ^ flip) << 32 | at + i;
        }
      } else if (descending) {
        for (int i = 0; i < count; i++) {
          to[start + i] = ~to[start + i];
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

package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Stable sorting along a dimension. Short lines are sorted in shared memory; the first elements of
 * long ones are selected and then sorted there; the rest goes through a radix sort over the whole
 * device.
 */
final class CudaSort {
  /** The longest line, or selection, of one block's shared memory. */
  private static final int SHORT = 2048;

  /** Lines up to here are worth one block's time for a selection; longer ones only in numbers. */
  private static final long SELECTABLE = 1L << 18;

  private static final long MANY_LINES = 64;
  private static final int THREADS = 256;
  private static final int SELECT_THREADS = 512;
  private static final int PART = 2048;
  private static final int DIGITS = 256;

  /** Elements whose keys are in workspaces at one time. */
  private static final long CHUNK = 1L << 26;

  private final CudaContext context;

  CudaSort(CudaContext context) {
    this.context = context;
  }

  void sort(View input, int dim, boolean descending, View values, View indices) {
    if (values.numel() == 0) {
      return;
    }
    Lines lines = lines(input, dim, descending, values, indices);
    if (lines.length > 0xffff_ffffL) {
      throw ShapeException.mismatch("sort", "a dimension of at most 2^32 - 1", lines.length);
    }
    boolean selectable =
        lines.wanted <= SHORT
            && lines.wanted < lines.length
            && (lines.length <= SELECTABLE || lines.count >= MANY_LINES);
    if (lines.length <= SHORT) {
      shortLines(lines, input, values, indices);
    } else if (selectable) {
      select(lines, input, values, indices);
    } else {
      radix(lines, input, values, indices);
    }
  }

  /**
   * Sorts numbers from 0 to {@code bound} ascending, equal ones in their order: what a scatter
   * needs to add in a fixed order.
   *
   * @param index int64, of rank 1
   * @param bound the numbers are below it; others end up anywhere
   * @param sorted int64, of the same shape
   * @param places int64, where they were
   */
  void sortIndexes(View index, long bound, View sorted, View places) {
    if (index.numel() == 0) {
      return;
    }
    Lines lines = lines(index, 0, false, sorted, places);
    lines.bits = Math.max(1, 64 - Long.numberOfLeadingZeros(Math.max(1, bound - 1)));
    if (lines.length <= SHORT) {
      shortLines(lines, index, sorted, places);
    } else {
      radix(lines, index, sorted, places);
    }
  }

  /** The lines of one sort; {@code SortLines} of the kernels. */
  private static final class Lines {
    final LoopNest others;
    final long count;
    final long length;
    final long wanted;
    final long[] strides;
    final boolean descending;
    long bits;

    Lines(LoopNest others, LoopNest.Loop line, long wanted, long bits, boolean descending) {
      this.others = others;
      this.count = others.count();
      this.length = line.size();
      this.wanted = wanted;
      this.strides = new long[] {line.stride(0), line.stride(1), line.stride(2)};
      this.bits = bits;
      this.descending = descending;
    }

    long[] argument(long first, long lines) {
      return new long[] {
        length, wanted, strides[0], strides[1], strides[2], bits, descending ? 1 : 0, first, lines
      };
    }
  }

  private static Lines lines(View input, int dim, boolean descending, View values, View indices) {
    List<LoopNest.Loop> others = new ArrayList<>();
    int rank = input.shape().rank();
    LoopNest.Loop line = new LoopNest.Loop(1, 0, 0, 0);
    for (int i = 0; i < rank; i++) {
      LoopNest.Loop loop = LoopNest.loop(i, input, values, indices);
      if (i == dim) {
        line = loop;
      } else {
        others.add(loop);
      }
    }
    long wanted = rank == 0 ? 1 : values.shape().size(dim);
    DType dtype = input.dtype();
    long bits = dtype == DType.BOOL ? 1 : 8L * dtype.bytes();
    return new Lines(LoopNest.ordered(others), line, wanted, bits, descending);
  }

  private Launch launch(String file, String function, View input) {
    return context.launch(file, function, "ELEMENT=" + CudaType.of(input.dtype()));
  }

  private static int keyBytes(View input) {
    return input.dtype().bytes() == 8 ? 8 : 4;
  }

  /** The next power of two. */
  private static int padded(long length) {
    return length <= 1 ? 1 : Integer.highestOneBit((int) length - 1) * 2;
  }

  private void shortLines(Lines lines, View input, View values, View indices) {
    int size = padded(lines.length);
    int together = Math.max(1, 2 * THREADS / size);
    launch("sort_short.cu", "sort_short", input)
        .nest(lines.others, 3)
        .int64s(lines.argument(0, lines.count))
        .int32(size)
        .int32(together)
        .view(input)
        .view(values)
        .view(indices)
        .run(
            (lines.count + together - 1) / together,
            THREADS,
            size * together * (keyBytes(input) + Integer.BYTES));
  }

  private void select(Lines lines, View input, View values, View indices) {
    int size = padded(lines.wanted);
    launch("sort_select.cu", "sort_select", input)
        .nest(lines.others, 3)
        .int64s(lines.argument(0, lines.count))
        .int32(size)
        .view(input)
        .view(values)
        .view(indices)
        .run(lines.count, SELECT_THREADS, size * (keyBytes(input) + Integer.BYTES));
  }

  private void radix(Lines lines, View input, View values, View indices) {
    long together = Math.max(1, Math.min(lines.count, CHUNK / lines.length));
    for (long first = 0; first < lines.count; first += together) {
      radix(lines, first, Math.min(together, lines.count - first), input, values, indices);
    }
  }

  private void radix(Lines lines, long first, long count, View input, View values, View indices) {
    long parts = (lines.length + PART - 1) / PART;
    long elements = count * lines.length;
    long[] argument = lines.argument(first, count);
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      int keyBytes = keyBytes(input);
      long keys = temporaries.elements(elements, keyBytes);
      long nextKeys = temporaries.elements(elements, keyBytes);
      long places = temporaries.elements(elements, Integer.BYTES);
      long nextPlaces = temporaries.elements(elements, Integer.BYTES);
      long counts = temporaries.elements(count * DIGITS * parts, Integer.BYTES);
      long totals = temporaries.elements(count * DIGITS, Integer.BYTES);
      launch("sort_radix.cu", "radix_keys", input)
          .nest(lines.others, 3)
          .int64s(argument)
          .view(input)
          .address(keys)
          .address(places)
          .runFor(elements, THREADS);
      for (int shift = 0; shift < lines.bits; shift += 8) {
        launch("sort_radix.cu", "radix_count", input)
            .int64(lines.length)
            .int32(shift)
            .address(keys)
            .address(counts)
            .run(count * parts, THREADS, 0);
        launch("sort_radix.cu", "radix_scan", input)
            .int64(parts)
            .address(counts)
            .address(totals)
            .run(count * DIGITS, THREADS, 0);
        launch("sort_radix.cu", "radix_move", input)
            .int64(lines.length)
            .int32(shift)
            .address(keys)
            .address(places)
            .address(counts)
            .address(totals)
            .address(nextKeys)
            .address(nextPlaces)
            .run(count * parts, THREADS, 0);
        long swap = keys;
        keys = nextKeys;
        nextKeys = swap;
        swap = places;
        places = nextPlaces;
        nextPlaces = swap;
      }
      launch("sort_radix.cu", "radix_write", input)
          .nest(lines.others, 3)
          .int64s(argument)
          .address(places)
          .view(input)
          .view(values)
          .view(indices)
          .runFor(count * lines.wanted, THREADS);
    }
  }
}

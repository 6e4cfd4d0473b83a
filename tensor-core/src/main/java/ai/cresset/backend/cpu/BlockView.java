package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.type.DType;

/**
 * A view read and written as runs of its row-major order, converted to the type a kernel computes
 * in. Dimensions that lie behind each other in memory are merged, so a contiguous view is a single
 * run.
 */
final class BlockView {
  private final DType dtype;
  private final long address;
  private final int rank;
  private final long[] sizes;
  private final long[] strides;

  private BlockView(DType dtype, long address, int rank, long[] sizes, long[] strides) {
    this.dtype = dtype;
    this.address = address;
    this.rank = rank;
    this.sizes = sizes;
    this.strides = strides;
  }

  static BlockView of(View view) {
    int full = view.shape().rank();
    long[] sizes = new long[Math.max(full, 1)];
    long[] strides = new long[Math.max(full, 1)];
    int rank = 0;
    for (int dim = 0; dim < full; dim++) {
      long size = view.shape().size(dim);
      long stride = view.strides().stride(dim);
      if (size == 1) {
        continue;
      }
      if (rank > 0 && strides[rank - 1] == stride * size) {
        sizes[rank - 1] *= size;
        strides[rank - 1] = stride;
      } else {
        sizes[rank] = size;
        strides[rank++] = stride;
      }
    }
    if (rank == 0) {
      sizes[0] = 1;
      strides[0] = 1;
      rank = 1;
    }
    return new BlockView(view.dtype(), view.address(), rank, sizes, strides);
  }

  DType dtype() {
    return dtype;
  }

  /** Whether the whole view is one run without gaps. */
  boolean isDense() {
    return rank == 1 && strides[0] == 1;
  }

  /** The address of a row-major element of a dense view. */
  long denseAddress(long element) {
    return address + element * dtype.bytes();
  }

  void read(long start, int count, float[] to, int at, Scratch scratch) {
    if (dtype == DType.FLOAT32) {
      move(start, count, to, at, false);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      move(start + done, part, raw, 0, false);
      Casts.toFloats(dtype, raw, to, at + done, part);
    }
  }

  void read(long start, int count, double[] to, int at, Scratch scratch) {
    if (dtype == DType.FLOAT64) {
      move(start, count, to, at, false);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      move(start + done, part, raw, 0, false);
      Casts.toDoubles(dtype, raw, to, at + done, part);
    }
  }

  void read(long start, int count, long[] to, int at, Scratch scratch) {
    if (dtype == DType.INT64) {
      move(start, count, to, at, false);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      move(start + done, part, raw, 0, false);
      Casts.toLongs(dtype, raw, to, at + done, part);
    }
  }

  void write(float[] from, int at, long start, int count, Scratch scratch) {
    if (dtype == DType.FLOAT32) {
      move(start, count, from, at, true);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromFloats(from, at + done, dtype, raw, part);
      move(start + done, part, raw, 0, true);
    }
  }

  void write(double[] from, int at, long start, int count, Scratch scratch) {
    if (dtype == DType.FLOAT64) {
      move(start, count, from, at, true);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromDoubles(from, at + done, dtype, raw, part);
      move(start + done, part, raw, 0, true);
    }
  }

  void write(long[] from, int at, long start, int count, Scratch scratch) {
    if (dtype == DType.INT64) {
      move(start, count, from, at, true);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromLongs(from, at + done, dtype, raw, part);
      move(start + done, part, raw, 0, true);
    }
  }

  /** Moves a run of row-major elements, segment by segment of the innermost dimension. */
  void move(long start, int count, Object array, int at, boolean write) {
    int bytes = dtype.bytes();
    int innermost = rank - 1;
    long stride = strides[innermost];
    if (rank == 1) {
      segment(address + start * stride * bytes, stride, array, at, count, write);
      return;
    }
    long[] coordinates = new long[rank];
    long rest = start;
    long offset = 0;
    for (int dim = innermost; dim >= 0; dim--) {
      coordinates[dim] = rest % sizes[dim];
      offset += coordinates[dim] * strides[dim];
      rest /= sizes[dim];
    }
    int left = count;
    while (true) {
      int length = (int) Math.min(left, sizes[innermost] - coordinates[innermost]);
      segment(address + offset * bytes, stride, array, at, length, write);
      left -= length;
      if (left == 0) {
        return;
      }
      at += length;
      offset -= coordinates[innermost] * stride;
      coordinates[innermost] = 0;
      for (int dim = innermost - 1; dim >= 0; dim--) {
        offset += strides[dim];
        if (++coordinates[dim] < sizes[dim]) {
          break;
        }
        offset -= sizes[dim] * strides[dim];
        coordinates[dim] = 0;
      }
    }
  }

  private void segment(long from, long stride, Object array, int at, int count, boolean write) {
    if (write) {
      Segments.write(dtype, array, at, from, stride, count);
    } else {
      Segments.read(dtype, from, stride, array, at, count);
    }
  }
}

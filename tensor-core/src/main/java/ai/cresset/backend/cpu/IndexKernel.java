package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/** Reading and adding by index. Adding runs on one thread, because its order is promised. */
final class IndexKernel {
  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  IndexKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void gather(View input, int dim, View index, View output) {
    sameType("gather", input, output);
    if (output.numel() == 0) {
      return;
    }
    long size = sizeAlong(input, dim);
    long step = strideAlong(input, dim);
    LoopNest nest = LoopNest.ordered(redirected(dim, index, input, output));
    int bytes = output.dtype().bytes();
    long elements = nest.count();
    team.run(
        Math.toIntExact((elements + CHUNK - 1) / CHUNK),
        chunk -> {
          long end = Math.min(elements, (chunk + 1) * CHUNK);
          LoopNest.Cursor cursor = nest.cursor(3, chunk * CHUNK);
          for (long i = chunk * CHUNK; i < end; i++, cursor.advance()) {
            long to = indexAt(index, cursor.offset(0));
            check("gather", to, size);
            ElementKernel.copy(
                bytes,
                input.address() + (cursor.offset(1) + to * step) * bytes,
                output.address() + cursor.offset(2) * bytes);
          }
        });
  }

  void scatter(Scatter scatter, View source, int dim, View index, View output) {
    String op = scatter == Scatter.ADD ? "scatterAdd" : "scatter";
    sameType(op, source, output);
    if (index.numel() == 0) {
      return;
    }
    long size = sizeAlong(output, dim);
    long step = strideAlong(output, dim);
    LoopNest nest = LoopNest.ordered(redirected(dim, index, output, source));
    int bytes = output.dtype().bytes();
    LoopNest.Cursor cursor = nest.cursor(3, 0);
    for (long i = index.numel(); i > 0; i--, cursor.advance()) {
      long to = indexAt(index, cursor.offset(0));
      check(op, to, size);
      ElementKernel.combine(
          scatter,
          output.dtype(),
          source.address() + cursor.offset(2) * bytes,
          output.address() + (cursor.offset(1) + to * step) * bytes);
    }
  }

  /**
   * Writes the coordinates of elements that are not 0; refuses more of them than there are rows.
   */
  void nonzero(View input, View output) {
    int rank = input.shape().rank();
    long length = rank == 0 ? 1 : input.shape().size(rank - 1);
    long step = rank == 0 ? 1 : input.strides().stride(rank - 1);
    if (input.numel() == 0) {
      return;
    }
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int dim = 0; dim < rank - 1; dim++) {
      loops.add(LoopNest.loop(dim, input));
    }
    LoopNest.Cursor cursor = LoopNest.ordered(loops).cursor(1, 0);
    Scratch scratch = Scratch.current();
    double[] values = scratch.doubleRow(0, Scratch.BLOCK);
    long rows = input.numel() / length;
    long found = 0;
    for (long row = 0; row < rows; row++, cursor.advance()) {
      for (long at = 0; at < length; at += Scratch.BLOCK) {
        int count = (int) Math.min(Scratch.BLOCK, length - at);
        long offset = cursor.offset(0) + at * step;
        long address = input.address() + offset * input.dtype().bytes();
        ConvertedSegments.read(input.dtype(), address, step, values, 0, count, scratch);
        for (int i = 0; i < count; i++) {
          if (values[i] != 0) {
            writeCoordinates(input, row, at + i, output, found++);
          }
        }
      }
    }
  }

  private static void writeCoordinates(View input, long row, long last, View output, long at) {
    if (at >= output.shape().size(0)) {
      throw ShapeException.index("nonzero", at, output.shape().size(0));
    }
    long rest = row;
    long next = last;
    for (int dim = input.shape().rank() - 1; dim >= 0; dim--) {
      long offset = at * output.strides().stride(0) + dim * output.strides().stride(1);
      NativeMemory.putLong(output.address() + 8 * offset, next);
      long size = dim == 0 ? 1 : input.shape().size(dim - 1);
      next = rest % size;
      rest /= size;
    }
  }

  /** Loops over the index: view 0 the index, 1 what it points into, 2 the other side. */
  private static List<LoopNest.Loop> redirected(int dim, View index, View target, View other) {
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < index.shape().rank(); i++) {
      loops.add(
          new LoopNest.Loop(
              index.shape().size(i),
              index.strides().stride(i),
              i == dim ? 0 : target.strides().stride(i),
              other.strides().stride(i)));
    }
    return loops;
  }

  void indexSelect(View input, int dim, View index, View output) {
    sameType("indexSelect", input, output);
    if (output.numel() == 0) {
      return;
    }
    Slices slices = new Slices("indexSelect", input, dim, index, output);
    long count = index.numel();
    long each = Math.max(1, CHUNK / slices.elements());
    team.run(
        Math.toIntExact((count + each - 1) / each),
        chunk -> {
          long end = Math.min(count, (chunk + 1) * each);
          for (long i = chunk * each; i < end; i++) {
            slices.forEachRun(i, slices::copy);
          }
        });
  }

  void indexAdd(View source, int dim, View index, View output) {
    sameType("indexAdd", source, output);
    if (source.numel() == 0) {
      return;
    }
    Slices slices = new Slices("indexAdd", output, dim, index, source);
    for (long i = 0; i < index.numel(); i++) {
      slices.forEachRun(i, slices::add);
    }
  }

  /** What is done with a run of elements at two addresses. */
  private interface Run {
    void accept(long indexed, long other, int count);
  }

  /** Slices of a view found by index, beside those of another view in order. */
  private final class Slices {
    private final String op;
    private final View indexed;
    private final View index;
    private final View other;
    private final long size;
    private final long indexedStep;
    private final long otherStep;
    private final LoopNest outer;
    private final LoopNest.Loop inner;

    Slices(String op, View indexed, int dim, View index, View other) {
      this.op = op;
      this.indexed = indexed;
      this.index = index;
      this.other = other;
      this.size = sizeAlong(indexed, dim);
      this.indexedStep = strideAlong(indexed, dim);
      this.otherStep = strideAlong(other, dim);
      List<LoopNest.Loop> loops = new ArrayList<>();
      for (int i = 0; i < other.shape().rank(); i++) {
        if (i != dim) {
          loops.add(LoopNest.loop(i, other, indexed));
        }
      }
      LoopNest nest = LoopNest.sorted(0, loops);
      int last = nest.rank() - 1;
      this.outer = last < 0 ? nest : nest.without(last);
      this.inner = last < 0 ? new LoopNest.Loop(1, 1, 1) : nest.loop(last);
    }

    long elements() {
      return outer.count() * inner.size();
    }

    void forEachRun(long i, Run run) {
      long slice = indexAt(index, i * index.strides().stride(0));
      check(op, slice, size);
      int bytes = indexed.dtype().bytes();
      long slices = outer.count();
      if (slices == 1) {
        runs(
            indexed.address() + slice * indexedStep * bytes,
            other.address() + i * otherStep * bytes,
            bytes,
            run);
        return;
      }
      LoopNest.Cursor cursor = outer.cursor(2, 0);
      for (long left = slices; left > 0; left--, cursor.advance()) {
        runs(
            indexed.address() + (cursor.offset(1) + slice * indexedStep) * bytes,
            other.address() + (cursor.offset(0) + i * otherStep) * bytes,
            bytes,
            run);
      }
    }

    private void runs(long a, long b, int bytes, Run run) {
      for (long at = 0; at < inner.size(); at += Scratch.BLOCK) {
        run.accept(
            a + at * inner.stride(1) * bytes,
            b + at * inner.stride(0) * bytes,
            (int) Math.min(Scratch.BLOCK, inner.size() - at));
      }
    }

    void copy(long from, long to, int count) {
      DType dtype = indexed.dtype();
      if (inner.stride(0) == 1 && inner.stride(1) == 1) {
        NativeMemory.copy(from, to, (long) count * dtype.bytes());
        return;
      }
      Object raw = Scratch.current().raw(dtype);
      Segments.read(dtype, from, inner.stride(1), raw, 0, count);
      Segments.write(dtype, raw, 0, to, inner.stride(0), count);
    }

    void add(long to, long from, int count) {
      DType dtype = indexed.dtype();
      if (dtype != DType.FLOAT32) {
        int bytes = dtype.bytes();
        for (int i = 0; i < count; i++) {
          ElementKernel.add(
              dtype, from + i * inner.stride(0) * bytes, to + i * inner.stride(1) * bytes);
        }
        return;
      }
      float[][] rows = Scratch.current().floatRegisters(2);
      Segments.read(dtype, to, inner.stride(1), rows[0], 0, count);
      Segments.read(dtype, from, inner.stride(0), rows[1], 0, count);
      kernels.accumulate(rows[1], 0, rows[0], 0, count);
      Segments.write(dtype, rows[0], 0, to, inner.stride(1), count);
    }
  }

  private static long indexAt(View index, long offset) {
    return NativeMemory.getLong(index.address() + 8 * offset);
  }

  private static long sizeAlong(View view, int dim) {
    return view.shape().rank() == 0 ? 1 : view.shape().size(dim);
  }

  private static long strideAlong(View view, int dim) {
    return view.shape().rank() == 0 ? 1 : view.strides().stride(dim);
  }

  private static void check(String op, long index, long size) {
    if (index < 0 || index >= size) {
      throw ShapeException.index(op, index, size);
    }
  }

  private static void sameType(String op, View from, View to) {
    if (from.dtype() != to.dtype()) {
      throw DTypeException.mismatch(op, to.dtype(), from.dtype());
    }
  }
}

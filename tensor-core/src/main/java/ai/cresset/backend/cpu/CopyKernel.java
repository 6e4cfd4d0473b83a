package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;

/** Copies between layouts and types. */
final class CopyKernel {
  private static final long CHUNK_BYTES = 1 << 18;
  private static final int TILE = 32;

  private final ThreadTeam team;

  CopyKernel(ThreadTeam team) {
    this.team = team;
  }

  void copy(View source, View target) {
    if (target.numel() == 0) {
      return;
    }
    if (source.dtype() == target.dtype()) {
      move(source, target);
    } else {
      cast(source, target);
    }
  }

  private void cast(View source, View target) {
    BlockView from = BlockView.of(source);
    BlockView to = BlockView.of(target);
    long elements = target.numel();
    int step = 32 * Scratch.BLOCK;
    team.run(
        chunks(elements, step),
        chunk -> {
          Scratch scratch = Scratch.current();
          long end = Math.min(elements, (chunk + 1L) * step);
          for (long at = (long) chunk * step; at < end; at += Scratch.BLOCK) {
            int count = (int) Math.min(Scratch.BLOCK, end - at);
            castBlock(from, to, at, count, scratch);
          }
        });
  }

  private static void castBlock(BlockView from, BlockView to, long at, int count, Scratch scratch) {
    DType dtype = from.dtype();
    if (!dtype.isFloating()) {
      long[] values = scratch.longRegisters(1)[0];
      from.read(at, count, values, 0, scratch);
      to.write(values, 0, at, count, scratch);
    } else if (dtype == DType.FLOAT64) {
      double[] values = scratch.doubleRegisters(1)[0];
      from.read(at, count, values, 0, scratch);
      to.write(values, 0, at, count, scratch);
    } else {
      float[] values = scratch.floatRegisters(1)[0];
      from.read(at, count, values, 0, scratch);
      to.write(values, 0, at, count, scratch);
    }
  }

  private void move(View source, View target) {
    int width = target.dtype().bytes();
    LoopNest nest = LoopNest.sorted(1, source, target);
    if (nest.rank() == 0) {
      NativeMemory.copy(source.address(), target.address(), width);
      return;
    }
    LoopNest.Loop inner = nest.loop(nest.rank() - 1);
    boolean dense = inner.stride(0) == 1 && inner.stride(1) == 1;
    if (dense && nest.rank() == 1) {
      long bytes = inner.size() * width;
      team.run(
          chunks(bytes, CHUNK_BYTES),
          chunk -> {
            long at = chunk * CHUNK_BYTES;
            long length = Math.min(CHUNK_BYTES, bytes - at);
            NativeMemory.copy(source.address() + at, target.address() + at, length);
          });
      return;
    }
    int transposed = dense ? -1 : sourceRun(nest);
    if (transposed >= 0) {
      transpose(source, target, nest, transposed);
    } else {
      moveRows(source, target, nest.without(nest.rank() - 1), inner, dense);
    }
  }

  /** The loop, other than the innermost, along which the source is dense; -1 if there is none. */
  private static int sourceRun(LoopNest nest) {
    for (int i = 0; i < nest.rank() - 1; i++) {
      if (nest.loop(i).stride(0) == 1) {
        return i;
      }
    }
    return -1;
  }

  private void moveRows(
      View source, View target, LoopNest rows, LoopNest.Loop inner, boolean dense) {
    int width = target.dtype().bytes();
    long from = source.address();
    long to = target.address();
    long count = rows.count();
    long rowsOfChunk = Math.max(1, CHUNK_BYTES / (inner.size() * width));
    team.run(
        chunks(count, rowsOfChunk),
        chunk -> {
          long row = chunk * rowsOfChunk;
          long end = Math.min(count, row + rowsOfChunk);
          LoopNest.Cursor cursor = rows.cursor(2, row);
          for (; row < end; row++, cursor.advance()) {
            long fromRow = from + cursor.offset(0) * width;
            long toRow = to + cursor.offset(1) * width;
            if (dense) {
              NativeMemory.copy(fromRow, toRow, inner.size() * width);
            } else {
              moveStrided(target.dtype(), fromRow, toRow, inner);
            }
          }
        });
  }

  private static void moveStrided(DType dtype, long from, long to, LoopNest.Loop loop) {
    Object raw = Scratch.current().raw(dtype);
    long fromStep = loop.stride(0);
    long toStep = loop.stride(1);
    int width = dtype.bytes();
    for (long at = 0; at < loop.size(); at += Scratch.BLOCK) {
      int count = (int) Math.min(Scratch.BLOCK, loop.size() - at);
      Segments.read(dtype, from + at * fromStep * width, fromStep, raw, 0, count);
      Segments.write(dtype, raw, 0, to + at * toStep * width, toStep, count);
    }
  }

  /** Tiles whose reads and writes both stay in few cache lines. */
  private void transpose(View source, View target, LoopNest nest, int denseLoop) {
    int width = target.dtype().bytes();
    LoopNest.Loop rows = nest.loop(denseLoop);
    LoopNest.Loop columns = nest.loop(nest.rank() - 1);
    LoopNest outer = nest.without(nest.rank() - 1).without(denseLoop);
    long bands = (rows.size() + TILE - 1) / TILE;
    long tasks = outer.count() * bands;
    long tasksOfChunk = Math.max(1, CHUNK_BYTES / (TILE * columns.size() * width));
    long from = source.address();
    long to = target.address();
    team.run(
        chunks(tasks, tasksOfChunk),
        chunk -> {
          long end = Math.min(tasks, (chunk + 1) * tasksOfChunk);
          for (long task = chunk * tasksOfChunk; task < end; task++) {
            LoopNest.Cursor cursor = outer.cursor(2, task / bands);
            long row = task % bands * TILE;
            long fromBand = from + (cursor.offset(0) + row) * width;
            long toBand = to + (cursor.offset(1) + row * rows.stride(1)) * width;
            int height = (int) Math.min(TILE, rows.size() - row);
            for (long column = 0; column < columns.size(); column += TILE) {
              Transposition.tile(
                  width,
                  fromBand + column * columns.stride(0) * width,
                  columns.stride(0),
                  toBand + column * columns.stride(1) * width,
                  rows.stride(1),
                  columns.stride(1),
                  height,
                  (int) Math.min(TILE, columns.size() - column));
            }
          }
        });
  }

  private static int chunks(long count, long each) {
    return Math.toIntExact((count + each - 1) / each);
  }
}

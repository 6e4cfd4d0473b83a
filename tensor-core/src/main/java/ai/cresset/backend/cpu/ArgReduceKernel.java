package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * The index of the largest or smallest element along a dimension. Every type is mapped to int64
 * keys in the same order, smallest turned around, NaN above all.
 */
final class ArgReduceKernel {
  private final ThreadTeam team;

  ArgReduceKernel(ThreadTeam team) {
    this.team = team;
  }

  void argReduce(boolean largest, View input, int dim, View output) {
    if (output.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, input, output);
    if (line.isInnermost()) {
      lineByLine(largest, input, line, output);
    } else {
      manyLines(largest, input, line, output);
    }
  }

  private void lineByLine(boolean largest, View input, Line line, View output) {
    long lines = line.others().count();
    long linesOfChunk = Math.max(1, 32 * Scratch.BLOCK / line.length());
    team.run(
        Math.toIntExact((lines + linesOfChunk - 1) / linesOfChunk),
        chunk -> {
          Scratch scratch = Scratch.current();
          long[] keys = scratch.longRegisters(1)[0];
          long start = chunk * linesOfChunk;
          long end = Math.min(lines, start + linesOfChunk);
          LoopNest.Cursor cursor = line.others().cursor(2, start);
          for (long i = start; i < end; i++, cursor.advance()) {
            long best = 0;
            long bestKey = Long.MIN_VALUE;
            for (long at = 0; at < line.length(); at += Scratch.BLOCK) {
              int count = (int) Math.min(Scratch.BLOCK, line.length() - at);
              long offset = cursor.offset(0) + at * line.stride(0);
              keys(largest, input, offset, line.stride(0), keys, count, scratch);
              for (int k = 0; k < count; k++) {
                if (keys[k] > bestKey) {
                  bestKey = keys[k];
                  best = at + k;
                }
              }
            }
            NativeMemory.putLong(output.address() + 8 * cursor.offset(1), best);
          }
        });
  }

  private void manyLines(boolean largest, View input, Line line, View output) {
    int last = line.others().rank() - 1;
    LoopNest.Loop columns = line.others().loop(last);
    LoopNest outer = line.others().without(last);
    long blocks = (columns.size() + Scratch.BLOCK - 1) / Scratch.BLOCK;
    team.run(
        Math.toIntExact(outer.count() * blocks),
        task -> {
          Scratch scratch = Scratch.current();
          long[][] registers = scratch.longRegisters(3);
          long[] keys = registers[0];
          long[] best = registers[1];
          long[] bestKeys = registers[2];
          LoopNest.Cursor cursor = outer.cursor(2, task / blocks);
          long column = task % blocks * Scratch.BLOCK;
          int count = (int) Math.min(Scratch.BLOCK, columns.size() - column);
          Arrays.fill(best, 0, count, 0);
          Arrays.fill(bestKeys, 0, count, Long.MIN_VALUE);
          long offset = cursor.offset(0) + column * columns.stride(0);
          for (long k = 0; k < line.length(); k++) {
            long row = offset + k * line.stride(0);
            keys(largest, input, row, columns.stride(0), keys, count, scratch);
            for (int i = 0; i < count; i++) {
              if (keys[i] > bestKeys[i]) {
                bestKeys[i] = keys[i];
                best[i] = k;
              }
            }
          }
          long to = cursor.offset(1) + column * columns.stride(1);
          Segments.write(DType.INT64, best, 0, output.address() + 8 * to, columns.stride(1), count);
        });
  }

  private static void keys(
      boolean largest,
      View input,
      long offset,
      long stride,
      long[] keys,
      int count,
      Scratch scratch) {
    DType dtype = input.dtype();
    long address = input.address() + offset * dtype.bytes();
    if (!dtype.isFloating()) {
      ConvertedSegments.read(dtype, address, stride, keys, 0, count, scratch);
      for (int i = 0; i < count && !largest; i++) {
        keys[i] = ~keys[i];
      }
      return;
    }
    double[] values = scratch.doubleRow(0, Scratch.BLOCK);
    ConvertedSegments.read(dtype, address, stride, values, 0, count, scratch);
    for (int i = 0; i < count; i++) {
      // Adding 0 makes both zeros equal.
      long bits = Double.doubleToRawLongBits(values[i] + 0.0);
      long ordered = bits ^ bits >> 63 & Long.MAX_VALUE;
      keys[i] = Double.isNaN(values[i]) ? Long.MAX_VALUE : largest ? ordered : ~ordered;
    }
  }
}

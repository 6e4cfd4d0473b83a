package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import java.util.Arrays;

/** Matrix products of integers, row by row in int64; what does not fit wraps around. */
final class IntegerMatmul {
  private final ThreadTeam team;

  IntegerMatmul(ThreadTeam team) {
    this.team = team;
  }

  void multiply(View left, View right, View output, boolean accumulate) {
    long rows = output.shape().size(1);
    long columns = output.shape().size(2);
    long blocks = (columns + Scratch.BLOCK - 1) / Scratch.BLOCK;
    team.run(
        Math.toIntExact(output.shape().size(0) * rows * blocks),
        task -> {
          long column = task % blocks * Scratch.BLOCK;
          long row = task / blocks % rows;
          int width = (int) Math.min(Scratch.BLOCK, columns - column);
          row(left, right, output, accumulate, task / blocks / rows, row, column, width);
        });
  }

  private static void row(
      View left,
      View right,
      View output,
      boolean accumulate,
      long batch,
      long row,
      long column,
      int width) {
    Scratch scratch = Scratch.current();
    long[][] registers = scratch.longRegisters(3);
    long[] sum = registers[0];
    long[] b = registers[1];
    long[] a = registers[2];
    if (accumulate) {
      read(output, batch, row, column, sum, width, scratch);
    } else {
      Arrays.fill(sum, 0, width, 0);
    }
    long inner = left.shape().size(2);
    for (long start = 0; start < inner; start += Scratch.BLOCK) {
      int depth = (int) Math.min(Scratch.BLOCK, inner - start);
      read(left, batch, row, start, a, depth, scratch);
      for (int k = 0; k < depth; k++) {
        read(right, batch, start + k, column, b, width, scratch);
        for (int i = 0; i < width; i++) {
          sum[i] += a[k] * b[i];
        }
      }
    }
    ConvertedSegments.write(
        sum,
        0,
        output.dtype(),
        address(output, batch, row, column),
        output.strides().stride(2),
        width,
        scratch);
  }

  private static void read(
      View view, long batch, long row, long column, long[] to, int count, Scratch scratch) {
    long address = address(view, batch, row, column);
    ConvertedSegments.read(view.dtype(), address, view.strides().stride(2), to, 0, count, scratch);
  }

  private static long address(View view, long batch, long row, long column) {
    long offset =
        batch * view.strides().stride(0)
            + row * view.strides().stride(1)
            + column * view.strides().stride(2);
    return view.address() + offset * view.dtype().bytes();
  }
}

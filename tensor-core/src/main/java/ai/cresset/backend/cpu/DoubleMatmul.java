package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import java.util.Arrays;

/**
 * Float64 matrix products, which oneDNN does not have: tiles in Java arrays whose inner loop the
 * compiler turns into vectors.
 */
final class DoubleMatmul {
  private static final int ROWS = 16;
  private static final int COLUMNS = 256;
  private static final int INNER = 64;

  private final ThreadTeam team;

  DoubleMatmul(ThreadTeam team) {
    this.team = team;
  }

  void multiply(View left, View right, View output, boolean accumulate) {
    long rowTiles = (output.shape().size(1) + ROWS - 1) / ROWS;
    long columnTiles = (output.shape().size(2) + COLUMNS - 1) / COLUMNS;
    long tiles = rowTiles * columnTiles;
    team.run(
        Math.toIntExact(output.shape().size(0) * tiles),
        task ->
            tile(
                left,
                right,
                output,
                accumulate,
                task / tiles,
                task % tiles / columnTiles * ROWS,
                task % columnTiles * COLUMNS));
  }

  private static void tile(
      View left, View right, View output, boolean accumulate, long batch, long row, long column) {
    Scratch scratch = Scratch.current();
    int rows = (int) Math.min(ROWS, output.shape().size(1) - row);
    int columns = (int) Math.min(COLUMNS, output.shape().size(2) - column);
    long inner = left.shape().size(2);
    double[][] registers = scratch.doubleRegisters(2 * ROWS + INNER);
    double[][] a = Arrays.copyOfRange(registers, 0, ROWS);
    double[][] sum = Arrays.copyOfRange(registers, ROWS, 2 * ROWS);
    double[][] b = Arrays.copyOfRange(registers, 2 * ROWS, 2 * ROWS + INNER);
    if (accumulate) {
      readTile(output, batch, row, rows, column, columns, sum);
    } else {
      for (double[] each : sum) {
        Arrays.fill(each, 0, columns, 0);
      }
    }
    for (long k = 0; k < inner; k += INNER) {
      int depth = (int) Math.min(INNER, inner - k);
      readTile(left, batch, row, rows, k, depth, a);
      readTile(right, batch, k, depth, column, columns, b);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < depth; j++) {
          addScaled(b[j], a[i][j], sum[i], columns);
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      long to = address(output, batch, row + i, column);
      Segments.write(output.dtype(), sum[i], 0, to, output.strides().stride(2), columns);
    }
  }

  /** Arrays of their own and one index: only so does the compiler see that nothing overlaps. */
  private static void addScaled(double[] x, double scale, double[] sum, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] = Math.fma(x[i], scale, sum[i]);
    }
  }

  private static void readTile(
      View view, long batch, long row, int rows, long column, int columns, double[][] to) {
    for (int i = 0; i < rows; i++) {
      Segments.read(
          view.dtype(),
          address(view, batch, row + i, column),
          view.strides().stride(2),
          to[i],
          0,
          columns);
    }
  }

  private static long address(View view, long batch, long row, long column) {
    long offset =
        batch * view.strides().stride(0)
            + row * view.strides().stride(1)
            + column * view.strides().stride(2);
    return view.address() + offset * view.dtype().bytes();
  }
}

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
    double[] a = scratch.doubleRow(0, ROWS * INNER);
    double[] b = scratch.doubleRow(1, INNER * COLUMNS);
    double[] sum = scratch.doubleRow(2, ROWS * COLUMNS);
    if (accumulate) {
      readTile(output, batch, row, rows, column, columns, sum, COLUMNS);
    } else {
      Arrays.fill(sum, 0, ROWS * COLUMNS, 0);
    }
    for (long k = 0; k < inner; k += INNER) {
      int depth = (int) Math.min(INNER, inner - k);
      readTile(left, batch, row, rows, k, depth, a, INNER);
      readTile(right, batch, k, depth, column, columns, b, COLUMNS);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < depth; j++) {
          addScaled(b, j * COLUMNS, a[i * INNER + j], sum, i * COLUMNS, columns);
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      long to = address(output, batch, row + i, column);
      Segments.write(output.dtype(), sum, i * COLUMNS, to, output.strides().stride(2), columns);
    }
  }

  private static void addScaled(
      double[] x, int at, double scale, double[] sum, int sumAt, int count) {
    for (int i = 0; i < count; i++) {
      sum[sumAt + i] = Math.fma(x[at + i], scale, sum[sumAt + i]);
    }
  }

  private static void readTile(
      View view, long batch, long row, int rows, long column, int columns, double[] to, int width) {
    for (int i = 0; i < rows; i++) {
      Segments.read(
          view.dtype(),
          address(view, batch, row + i, column),
          view.strides().stride(2),
          to,
          i * width,
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

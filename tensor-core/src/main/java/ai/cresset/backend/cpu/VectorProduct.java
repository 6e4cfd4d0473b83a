package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import java.util.Arrays;

/**
 * Products of a matrix and a vector, in float32. oneDNN cuts the sums of these, and of no other
 * products, into as many parts as there are threads, so their last bits would differ between
 * machines. They read each element of the matrix once, so memory sets their speed.
 */
final class VectorProduct {
  /** Rows of a task whose elements are summed one row after the other. */
  private static final int ROWS = 32;

  /** Rows of a task in which whole columns are added. */
  private static final int COLUMN_ROWS = 256;

  /** Columns after which a sum is moved to the second level, which keeps its error small. */
  private static final int LEVEL = 64;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  VectorProduct(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  /**
   * Multiplies {@code [batch, rows, inner]} and {@code [batch, inner, 1]}; a batch stride of 0
   * repeats.
   */
  void multiply(View matrix, View vector, View output, boolean accumulate) {
    long rows = output.shape().size(1);
    boolean byColumns =
        matrix.strides().stride(1) == 1 && matrix.strides().stride(2) != 1 && rows >= ROWS;
    int rowsOfTask = byColumns ? COLUMN_ROWS : ROWS;
    long tasks = (rows + rowsOfTask - 1) / rowsOfTask;
    team.run(
        Math.toIntExact(output.shape().size(0) * tasks),
        task -> {
          long batch = task / tasks;
          long row = task % tasks * rowsOfTask;
          int count = (int) Math.min(rowsOfTask, rows - row);
          Scratch scratch = Scratch.current();
          float[] sums = scratch.floatRow(0, Scratch.BLOCK);
          if (byColumns) {
            addColumns(matrix, vector, batch, row, count, sums, scratch);
          } else {
            sumRows(matrix, vector, batch, row, count, sums, scratch);
          }
          store(output, batch, row, count, sums, accumulate, scratch);
        });
  }

  private void sumRows(
      View matrix, View vector, long batch, long row, int rows, float[] sums, Scratch scratch) {
    float[] x = scratch.floatRow(1, Scratch.BLOCK);
    float[] v = scratch.floatRow(2, Scratch.BLOCK);
    double[] totals = new double[rows];
    long inner = matrix.shape().size(2);
    for (long k = 0; k < inner; k += Scratch.BLOCK) {
      int length = (int) Math.min(Scratch.BLOCK, inner - k);
      read(vector, batch, k, 0, 1, v, length, scratch);
      for (int i = 0; i < rows; i++) {
        read(matrix, batch, row + i, k, 2, x, length, scratch);
        totals[i] += kernels.dot(x, 0, v, 0, length);
      }
    }
    for (int i = 0; i < rows; i++) {
      sums[i] = (float) totals[i];
    }
  }

  private void addColumns(
      View matrix, View vector, long batch, long row, int rows, float[] sums, Scratch scratch) {
    float[] x = scratch.floatRow(1, Scratch.BLOCK);
    float[] v = scratch.floatRow(2, Scratch.BLOCK);
    float[] first = scratch.floatRow(3, Scratch.BLOCK);
    Arrays.fill(first, 0, rows, 0);
    Arrays.fill(sums, 0, rows, 0);
    long inner = matrix.shape().size(2);
    for (long k = 0; k < inner; k += Scratch.BLOCK) {
      int length = (int) Math.min(Scratch.BLOCK, inner - k);
      read(vector, batch, k, 0, 1, v, length, scratch);
      for (int j = 0; j < length; j++) {
        read(matrix, batch, row, k + j, 1, x, rows, scratch);
        kernels.addScaled(x, 0, v[j], first, 0, rows);
        if (j % LEVEL == LEVEL - 1) {
          kernels.accumulate(first, 0, sums, 0, rows);
          Arrays.fill(first, 0, rows, 0);
        }
      }
    }
    kernels.accumulate(first, 0, sums, 0, rows);
  }

  private void store(
      View output,
      long batch,
      long row,
      int rows,
      float[] sums,
      boolean accumulate,
      Scratch scratch) {
    if (accumulate) {
      float[] before = scratch.floatRow(1, Scratch.BLOCK);
      read(output, batch, row, 0, 1, before, rows, scratch);
      kernels.accumulate(before, 0, sums, 0, rows);
    }
    ConvertedSegments.write(
        sums,
        0,
        output.dtype(),
        address(output, batch, row, 0),
        output.strides().stride(1),
        rows,
        scratch);
  }

  /** Reads {@code count} elements along a dimension. */
  private static void read(
      View view,
      long batch,
      long row,
      long column,
      int dim,
      float[] to,
      int count,
      Scratch scratch) {
    ConvertedSegments.read(
        view.dtype(),
        address(view, batch, row, column),
        view.strides().stride(dim),
        to,
        0,
        count,
        scratch);
  }

  private static long address(View view, long batch, long row, long column) {
    long offset =
        batch * view.strides().stride(0)
            + row * view.strides().stride(1)
            + column * view.strides().stride(2);
    return view.address() + offset * view.dtype().bytes();
  }
}

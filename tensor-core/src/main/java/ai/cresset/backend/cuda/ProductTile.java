package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.DType;

/**
 * The block of a result that one block of threads computes; {@code tile.cuh} knows the same
 * numbers.
 *
 * @param number 0 for small results, 1 for narrow ones, 2 for large ones
 * @param tensor whether float32 goes through tensor cores
 * @param sharedBytes shared memory of a block
 */
record ProductTile(int number, boolean tensor, int sharedBytes) {
  /** What parts of a sum are multiples of. */
  static final long DEPTH = 32;

  static final int SCALAR = 0;
  static final int ALONG_DEPTH = 1;
  static final int ALONG_LINES = 2;

  private static final int[] ROWS = {32, 128, 128};
  private static final int[] COLUMNS = {32, 64, 128};
  private static final int[] THREADS = {64, 128, 256};

  /** The tile for a result of these sizes. */
  static ProductTile of(DType dtype, long rows, long columns, CudaPrecision precision) {
    int number = rows <= 64 || columns <= 16 ? 0 : columns <= 64 ? 1 : 2;
    boolean tensor = dtype == DType.FLOAT32 && precision.allowsTf32();
    int bytes =
        switch (dtype) {
          // Three stages of both operands, each in the longer of its two orders.
          case FLOAT16, BFLOAT16 -> 3 * (half(ROWS[number]) + half(COLUMNS[number]));
          default -> {
            int depth = number > 0 && !tensor ? 8 : 16;
            int factor = dtype == DType.FLOAT64 || dtype == DType.INT64 ? 8 : 4;
            yield 2 * depth * (ROWS[number] + 8 + COLUMNS[number] + 8) * factor;
          }
        };
    return new ProductTile(number, tensor, bytes);
  }

  private static int half(int lines) {
    return 2 * Math.max(lines * (32 + 8), 32 * (lines + 8));
  }

  /** Tiles of one result. */
  long count(long rows, long columns) {
    return (rows + ROWS[number] - 1)
        / ROWS[number]
        * ((columns + COLUMNS[number] - 1) / COLUMNS[number]);
  }

  int threads() {
    return THREADS[number];
  }

  /** The macros of {@code tile.cuh}. */
  String[] defines(DType dtype, int left, int right) {
    return new String[] {
      "ELEMENT=" + CudaType.of(dtype),
      "LEFT_MODE=" + left,
      "RIGHT_MODE=" + right,
      "TILE=" + number,
      "TENSOR=" + (tensor ? 1 : 0)
    };
  }

  /**
   * How an operand of rank 3 is read: in 16 bytes where neighbours lie together, rows are aligned
   * and sizes are multiples of that; otherwise element by element.
   *
   * @param line the dimension of the result's rows or columns
   * @param depth the dimension that is summed over
   */
  static int mode(View view, int line, int depth) {
    if (!view.dtype().isFloating()) {
      return SCALAR;
    }
    if (isAligned(view, depth, line)) {
      return ALONG_DEPTH;
    }
    return isAligned(view, line, depth) ? ALONG_LINES : SCALAR;
  }

  private static boolean isAligned(View view, int inner, int outer) {
    int width = 16 / view.dtype().bytes();
    return view.strides().stride(inner) == 1
        && view.shape().size(inner) % width == 0
        && view.strides().stride(outer) % width == 0
        && Matrices.batchStride(view) % width == 0
        && view.address() % 16 == 0;
  }
}

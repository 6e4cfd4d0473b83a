package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.DType;

/**
 * The block of a result that one block of threads computes; {@code tile.cuh} knows the same
 * numbers.
 *
 * @param large 128 x 128 elements, otherwise 32 x 32
 * @param tensor whether float32 goes through tensor cores
 * @param sharedBytes shared memory of a block
 */
record ProductTile(boolean large, boolean tensor, int sharedBytes) {
  /** What parts of a sum are multiples of. */
  static final long DEPTH = 32;

  private static final int SCALAR = 0;
  private static final int ALONG_DEPTH = 1;
  private static final int ALONG_LINES = 2;

  /** The tile for a result of these sizes. */
  static ProductTile of(DType dtype, long rows, long columns, CudaPrecision precision) {
    boolean large = rows > 64 && columns > 64;
    boolean tensor = dtype == DType.FLOAT32 && precision.allowsTf32();
    int lines = large ? 128 : 32;
    int bytes =
        switch (dtype) {
          case FLOAT16, BFLOAT16 -> {
            // The longer of both orders, of two operands, in three stages.
            int operand = Math.max(lines * (32 + 8), 32 * (lines + 8));
            yield 3 * 2 * operand * 2;
          }
          default -> {
            int depth = large && !tensor ? 8 : 16;
            int factor = dtype == DType.FLOAT64 || dtype == DType.INT64 ? 8 : 4;
            yield 2 * 2 * depth * (lines + 8) * factor;
          }
        };
    return new ProductTile(large, tensor, bytes);
  }

  /** Tiles of one result. */
  long count(long rows, long columns) {
    int lines = large ? 128 : 32;
    return (rows + lines - 1) / lines * ((columns + lines - 1) / lines);
  }

  int threads() {
    return large ? 256 : 64;
  }

  /** The macros of {@code tile.cuh}. */
  String[] defines(DType dtype, int left, int right) {
    return new String[] {
      "ELEMENT=" + CudaType.of(dtype),
      "LEFT_MODE=" + left,
      "RIGHT_MODE=" + right,
      "TILE=" + (large ? 1 : 0),
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

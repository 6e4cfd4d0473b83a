package ai.cresset.backend.cuda;

import ai.cresset.type.DType;

/**
 * What a block of the attention kernels works on.
 *
 * @param dtype the element type
 * @param warps warps of a block, with 16 rows each
 * @param step columns of a step
 * @param head the size of keys, rounded up to a multiple of 16
 * @param value that of values
 * @param sharedBytes shared memory of a block
 */
record AttentionTile(DType dtype, int warps, int step, int head, int value, int sharedBytes) {
  /** Two blocks of this size share a multiprocessor. */
  private static final int COMFORTABLE_BYTES = 80 * 1024;

  /** What a block can have on every device since compute capability 8.0. */
  private static final int LARGEST_BYTES = 160 * 1024;

  private static final int[][] SHAPES = {{4, 64}, {4, 32}, {2, 32}, {2, 16}, {1, 16}};

  /** The largest tile whose memory is small enough. */
  static AttentionTile of(DType dtype, int size, int valueSize, boolean backward) {
    int head = rounded(size);
    int value = rounded(valueSize);
    boolean narrow = dtype.bytes() == 2 && Math.max(head, value) <= 128;
    AttentionTile fitting = null;
    for (int[] shape : SHAPES) {
      // Registers hold the scores of a step: 64 columns are too many beside gradients.
      if (shape[1] == 64 && (backward || !narrow)) {
        continue;
      }
      int bytes = bytes(dtype, shape[0], shape[1], head, value, backward);
      AttentionTile tile = new AttentionTile(dtype, shape[0], shape[1], head, value, bytes);
      if (bytes <= COMFORTABLE_BYTES) {
        return tile;
      }
      if (fitting == null && bytes <= LARGEST_BYTES) {
        fitting = tile;
      }
    }
    if (fitting == null) {
      throw new IllegalStateException("attention: no tile for heads of " + head + " and " + value);
    }
    return fitting;
  }

  private static int rounded(int size) {
    return Math.max(16, (size + 15) / 16 * 16);
  }

  private static int bytes(
      DType dtype, int warps, int step, int head, int value, boolean backward) {
    int pad = 16 / dtype.bytes();
    int rows = 16 * warps;
    int elements =
        (rows + step) * (head + pad)
            + (backward ? rows + step : step) * (value + pad)
            + rows * (step + pad);
    return elements * dtype.bytes();
  }

  int rows() {
    return 16 * warps;
  }

  int threads() {
    return 32 * warps;
  }

  /** The macros of {@code attention.cuh}, and more. */
  String[] defines(String... more) {
    String[] own = {
      "ELEMENT=" + CudaType.of(dtype),
      "WARPS=" + warps,
      "STEP=" + step,
      "HEAD=" + head,
      "VALUE=" + value
    };
    String[] all = new String[own.length + more.length];
    System.arraycopy(own, 0, all, 0, own.length);
    System.arraycopy(more, 0, all, own.length, more.length);
    return all;
  }
}

package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/**
 * The threads that work on one line together, where its elements are neighbours.
 *
 * @param width elements of a load
 * @param across threads for each line, a power of 2; a block has {@link #THREADS} in all
 */
record RowGroup(int width, int across) {
  static final int THREADS = 256;

  /** Loads of a thread from which on more threads are worth their combination. */
  private static final int LOADS = 4;

  static RowGroup over(long length, int width) {
    int across = 1;
    while (across < THREADS && (long) across * width * LOADS < length) {
      across *= 2;
    }
    return new RowGroup(width, across);
  }

  /** Blocks for so many lines. */
  long blocks(long lines) {
    return (lines * across + THREADS - 1) / THREADS;
  }

  /** The elements of a 16-byte load. */
  static int widest(View view) {
    return 16 / view.dtype().bytes();
  }

  /** Whether packs of this width lie together along {@code dim}, in every line. */
  static boolean dense(View view, int dim, int width) {
    if (view.shape().rank() == 0
        || view.strides().stride(dim) != 1
        || view.shape().size(dim) % width != 0
        || view.address() % ((long) width * view.dtype().bytes()) != 0) {
      return false;
    }
    for (int i = 0; i < view.shape().rank(); i++) {
      if (i != dim && view.shape().size(i) != 1 && view.strides().stride(i) % width != 0) {
        return false;
      }
    }
    return true;
  }
}

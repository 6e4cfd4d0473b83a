package ai.cresset.backend.cpu;

import ai.cresset.memory.NativeMemory;

/** Copies a small tile whose source is dense along its rows' dimension. */
final class Transposition {
  private Transposition() {}

  /**
   * Copies {@code height x width} elements; all strides are in elements.
   *
   * @param bytes of one element
   * @param fromColumn the source's step from column to column; from row to row it is 1
   */
  static void tile(
      int bytes,
      long from,
      long fromColumn,
      long to,
      long toRow,
      long toColumn,
      int height,
      int width) {
    long readStep = fromColumn * bytes;
    long writeStep = toColumn * bytes;
    for (int row = 0; row < height; row++) {
      long read = from + (long) row * bytes;
      long write = to + row * toRow * bytes;
      switch (bytes) {
        case 1 -> {
          for (int i = 0; i < width; i++, read += readStep, write += writeStep) {
            NativeMemory.putByte(write, NativeMemory.getByte(read));
          }
        }
        case 2 -> {
          for (int i = 0; i < width; i++, read += readStep, write += writeStep) {
            NativeMemory.putShort(write, NativeMemory.getShort(read));
          }
        }
        case 4 -> {
          for (int i = 0; i < width; i++, read += readStep, write += writeStep) {
            NativeMemory.putInt(write, NativeMemory.getInt(read));
          }
        }
        default -> {
          for (int i = 0; i < width; i++, read += readStep, write += writeStep) {
            NativeMemory.putLong(write, NativeMemory.getLong(read));
          }
        }
      }
    }
  }
}

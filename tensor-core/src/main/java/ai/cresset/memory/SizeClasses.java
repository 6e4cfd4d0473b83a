package ai.cresset.memory;

/**
 * Block sizes: powers of two in four steps each, so that at most a quarter of a block is wasted and
 * a steady training step finds every block it freed one step earlier.
 */
final class SizeClasses {
  private static final long SMALLEST = 64;

  private SizeClasses() {}

  /** The smallest class that holds {@code bytes}; a multiple of 64. */
  static long round(long bytes) {
    if (bytes <= 4 * SMALLEST) {
      return Math.max(SMALLEST, bytes + SMALLEST - 1 & -SMALLEST);
    }
    long step = Math.max(SMALLEST, Long.highestOneBit(bytes - 1) >>> 2);
    return bytes + step - 1 & -step;
  }
}

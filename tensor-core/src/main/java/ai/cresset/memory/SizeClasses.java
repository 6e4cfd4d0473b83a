package ai.cresset.memory;

/**
 * Sizes of small blocks: powers of two in four steps each, so that at most a quarter of a block is
 * wasted and a steady training step finds every block it freed one step earlier. {@link Regions}
 * give large ones of any size.
 */
final class SizeClasses {
  /** Blocks of so many bytes and more are large. */
  static final long LARGE = 1 << 16;

  private static final long SMALLEST = 64;

  private SizeClasses() {}

  /** The smallest class that holds {@code bytes}; where it is large, the next multiple of 64. */
  static long round(long bytes) {
    if (bytes <= 4 * SMALLEST) {
      return Math.max(SMALLEST, bytes + SMALLEST - 1 & -SMALLEST);
    }
    long step = bytes >= LARGE ? SMALLEST : Math.max(SMALLEST, Long.highestOneBit(bytes - 1) >>> 2);
    return bytes + step - 1 & -step;
  }
}

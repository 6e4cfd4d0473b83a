package ai.cresset.backend.cuda;

/**
 * How the sums of a product are cut where its results alone would not keep a device busy. Decided
 * by sizes alone, so that every device gives the same bits.
 *
 * @param count parts of a sum, at least 1
 * @param part depth of each but the last
 */
record DepthSplit(long count, long part) {
  /** Blocks that keep any device busy. */
  private static final long BUSY = 264;

  private static final long SHORTEST = 256;

  /** For so many tiles of sums of this depth. */
  static DepthSplit of(long tiles, long depth) {
    long wanted = tiles >= BUSY / 2 ? 1 : Math.max(1, Math.min(BUSY / tiles, depth / SHORTEST));
    long exact = (depth + wanted - 1) / wanted;
    long part =
        Math.max(1, (exact + ProductTile.DEPTH - 1) / ProductTile.DEPTH) * ProductTile.DEPTH;
    return new DepthSplit(Math.max(1, (depth + part - 1) / part), part);
  }
}

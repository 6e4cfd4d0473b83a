package ai.cresset.data;

import ai.cresset.error.ConfigException;

/**
 * Which part of every global batch a rank works on: a contiguous one, whose size differs from the
 * other ranks' by at most one.
 */
public record Share(int rank, int worldSize) {
  /** All of it. */
  public static final Share ALL = new Share(0, 1);

  public Share {
    if (worldSize < 1 || rank < 0 || rank >= worldSize) {
      throw ConfigException.because("rank " + rank + " of " + worldSize + " ranks");
    }
  }

  /** Where this rank's part of {@code total} items starts. */
  public long begin(long total) {
    return total / worldSize * rank + Math.min(rank, total % worldSize);
  }

  /** Where it ends. */
  public long end(long total) {
    return total / worldSize * (rank + 1) + Math.min(rank + 1, total % worldSize);
  }
}

package ai.cresset.cuda;

import ai.cresset.error.ConfigException;

/**
 * How many blocks of how many threads run a kernel.
 *
 * @param sharedBytes dynamic shared memory of each block
 */
public record Grid(
    long blocksX,
    long blocksY,
    long blocksZ,
    int threadsX,
    int threadsY,
    int threadsZ,
    int sharedBytes) {
  public Grid {
    if (blocksX < 0 || blocksY < 0 || blocksZ < 0) {
      throw ConfigException.value(
          "Grid.blocks", blocksX + " x " + blocksY + " x " + blocksZ, "at least 0 each");
    }
    if (threadsX < 1
        || threadsY < 1
        || threadsZ < 1
        || (long) threadsX * threadsY * threadsZ > 1024) {
      throw ConfigException.value(
          "Grid.threads", threadsX + " x " + threadsY + " x " + threadsZ, "1 to 1024 in all");
    }
    if (sharedBytes < 0) {
      throw ConfigException.value("Grid.sharedBytes", sharedBytes, "at least 0");
    }
  }

  /** Blocks in a row of threads in a row. */
  public static Grid of(long blocks, int threads) {
    return new Grid(blocks, 1, 1, threads, 1, 1, 0);
  }

  public Grid withSharedBytes(int bytes) {
    return new Grid(blocksX, blocksY, blocksZ, threadsX, threadsY, threadsZ, bytes);
  }
}

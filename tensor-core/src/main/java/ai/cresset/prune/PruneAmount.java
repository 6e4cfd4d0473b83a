package ai.cresset.prune;

import ai.cresset.error.ConfigException;

/** How much is pruned: a share of what is left, or a number of elements or channels. */
public final class PruneAmount {
  private final double share;
  private final long count;

  private PruneAmount(double share, long count) {
    this.share = share;
    this.count = count;
  }

  /** A share in [0, 1]; PyTorch's amount as a float. */
  public static PruneAmount share(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw ConfigException.value("prune amount", share, "a share in [0, 1]");
    }
    return new PruneAmount(share, -1);
  }

  /** A number of elements or channels; PyTorch's amount as an int. */
  public static PruneAmount count(long count) {
    if (count < 0) {
      throw ConfigException.value("prune amount", count, "a number of at least 0");
    }
    return new PruneAmount(0, count);
  }

  /** How many of so many that is; halves are rounded to even, as in Python. */
  int of(int size) {
    if (count > size) {
      throw ConfigException.value("prune amount", count, "at most " + size + ", which are left");
    }
    return count >= 0 ? (int) count : (int) Math.rint(share * size);
  }
}

package ai.cresset.parallel.server;

/** Which server holds which ids of a table. Every rank and every shard computes the same. */
public enum KeyRange {
  /** Server i of n holds the i-th of n equal ranges: for ids without order, and dense tables. */
  CONTIGUOUS {
    @Override
    int server(long id, long ids, int servers) {
      long share = Math.floorDiv(ids - 1, servers) + 1;
      return (int) (id / share);
    }
  },
  /** By a hash of the id: even whatever ids are frequent. */
  HASHED {
    @Override
    int server(long id, long ids, int servers) {
      return (int) Long.remainderUnsigned(mix(id), servers);
    }
  };

  abstract int server(long id, long ids, int servers);

  /** The first id of a server's range. */
  static long begin(int server, long ids, int servers) {
    long share = Math.floorDiv(ids - 1, servers) + 1;
    return Math.min(ids, share * server);
  }

  /** A bijection that spreads neighbours; the finalizer of SplitMix64. */
  static long mix(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}

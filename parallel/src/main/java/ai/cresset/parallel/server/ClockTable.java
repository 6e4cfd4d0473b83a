package ai.cresset.parallel.server;

import java.util.Arrays;

/** How many steps each worker has ended. Confined to the lock of its shard. */
final class ClockTable {
  /** Of a worker that has left: it holds nobody up. */
  static final long LEFT = Long.MAX_VALUE;

  private final long[] ended;

  ClockTable(int workers) {
    this.ended = new long[workers];
  }

  long of(int worker) {
    return ended[worker];
  }

  void set(int worker, long steps) {
    ended[worker] = steps;
  }

  void setAll(long steps) {
    Arrays.fill(ended, steps);
  }

  long[] all() {
    return ended.clone();
  }

  /** Steps that all have ended; {@link #LEFT} when all have left. */
  long slowest() {
    return Arrays.stream(ended).min().orElse(LEFT);
  }

  int slowestWorker() {
    int found = 0;
    for (int i = 1; i < ended.length; i++) {
      found = ended[i] < ended[found] ? i : found;
    }
    return found;
  }
}

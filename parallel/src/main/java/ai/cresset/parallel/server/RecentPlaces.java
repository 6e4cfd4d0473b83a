package ai.cresset.parallel.server;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows are that workers have pulled and not pushed yet: gradients come for the same ids,
 * which need not be looked up again. Confined to the lock of a shard.
 */
final class RecentPlaces {
  private static final int MOST = 4;

  private final Map<Pair, Deque<Pulled>> recent = new HashMap<>();

  private record Pair(int worker, int table) {}

  private record Pulled(long[] ids, int[] places, int evictions) {}

  /** A worker has these rows now. */
  void pulled(int worker, int table, long[] ids, int[] places, int evictions) {
    Deque<Pulled> all = recent.computeIfAbsent(new Pair(worker, table), pair -> new ArrayDeque<>());
    all.addFirst(new Pulled(ids, places, evictions));
    if (all.size() > MOST) {
      all.removeLast();
    }
  }

  /** The places of rows that a worker has pulled; null if it has not, or they have changed. */
  int @Nullable [] take(int worker, int table, long[] ids, int evictions) {
    Deque<Pulled> all = recent.get(new Pair(worker, table));
    if (all == null) {
      return null;
    }
    for (Iterator<Pulled> each = all.iterator(); each.hasNext(); ) {
      Pulled pulled = each.next();
      if (pulled.evictions() == evictions && Arrays.equals(pulled.ids(), ids)) {
        each.remove();
        return pulled.places();
      }
    }
    return null;
  }

  /** Rows have other places now. */
  void clear() {
    recent.clear();
  }
}

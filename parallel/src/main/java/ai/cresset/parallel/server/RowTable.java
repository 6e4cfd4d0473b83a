package ai.cresset.parallel.server;

import ai.cresset.error.ServerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a table that one server holds, each with the state of its optimizer behind its
 * values, in slabs of arrays. Confined to the lock of its shard.
 */
final class RowTable {
  private static final int SLAB_FLOATS = 1 << 18;

  private final TableSpec spec;
  private final long key;
  private final int stride;
  private final int slabRows;
  private final List<float[]> slabs = new ArrayList<>();
  private final LongIndex index = new LongIndex(0);
  private long[] ids = new long[0];
  private int[] usedAt = new int[0];
  private int[] free = new int[0];
  private int numFree;
  private int used;

  RowTable(TableSpec spec, long seed) {
    this.spec = spec;
    this.key = RowInitializer.key(seed, spec.name());
    this.stride = spec.stride();
    this.slabRows = Math.max(1, Integer.highestOneBit(SLAB_FLOATS / stride));
  }

  TableSpec spec() {
    return spec;
  }

  int rows() {
    return index.size();
  }

  /** Bytes taken by rows, places and index. */
  long bytes() {
    return slabs.size() * slabBytes() + index.bytes();
  }

  private long slabBytes() {
    return (long) slabRows * (stride * Float.BYTES + Long.BYTES + Integer.BYTES);
  }

  /** Bytes that so many new rows would take in addition. */
  long bytesFor(long newRows) {
    long beyond = newRows - numFree - ((long) slabs.size() * slabRows - used);
    long more = beyond <= 0 ? 0 : (beyond + slabRows - 1) / slabRows;
    return more * slabBytes() + index.bytesWith(newRows) - index.bytes();
  }

  /** Refuses ids outside of the table. */
  void check(long[] asked) {
    for (long id : asked) {
      if (id < 0 || id >= spec.ids()) {
        throw ServerException.badId(spec.name(), id, spec.ids());
      }
    }
  }

  /** How many different ids of these have no row. */
  int missing(long[] asked) {
    int absent = 0;
    for (long id : asked) {
      absent += index.get(id) == LongIndex.ABSENT ? 1 : 0;
    }
    if (absent < 2) {
      return absent;
    }
    LongIndex seen = new LongIndex(absent);
    for (long id : asked) {
      if (index.get(id) == LongIndex.ABSENT) {
        seen.getOrPut(id, 0);
      }
    }
    return seen.size();
  }

  /** The place of a row, which is made if it is absent. */
  int create(long id) {
    int found = index.get(id);
    if (found != LongIndex.ABSENT) {
      return found;
    }
    int row = place(id);
    float[] slab = slab(row);
    int at = at(row);
    spec.initializer().fill(key, id, slab, at, spec.width());
    spec.optimizer().begin(slab, at + spec.width(), spec.width());
    return row;
  }

  private int place(long id) {
    int row;
    if (numFree > 0) {
      row = free[--numFree];
    } else {
      row = used;
      if (row == slabs.size() * slabRows) {
        slabs.add(new float[slabRows * stride]);
        int capacity = slabs.size() * slabRows;
        if (capacity > ids.length) {
          ids = Arrays.copyOf(ids, Math.max(capacity, ids.length * 2));
          usedAt = Arrays.copyOf(usedAt, ids.length);
        }
      }
      used++;
    }
    ids[row] = id;
    index.put(id, row);
    return row;
  }

  private float[] slab(int row) {
    return slabs.get(row / slabRows);
  }

  private int at(int row) {
    return row % slabRows * stride;
  }

  /**
   * Copies values.
   *
   * @param makes whether absent rows are made; otherwise their first values are read
   * @param now the step that they are used in
   */
  void read(long[] asked, boolean makes, long now, float[] to) {
    int width = spec.width();
    for (int i = 0; i < asked.length; i++) {
      int row = makes ? create(asked[i]) : index.get(asked[i]);
      if (row == LongIndex.ABSENT) {
        spec.initializer().fill(key, asked[i], to, i * width, width);
        continue;
      }
      if (makes) {
        usedAt[row] = (int) now;
      }
      System.arraycopy(slab(row), at(row), to, i * width, width);
    }
  }

  /** Lets the optimizer change a row, which is made if it is absent. */
  void update(long id, float[] gradients, int from, float scale, long now) {
    int row = create(id);
    usedAt[row] = (int) now;
    spec.optimizer().update(slab(row), at(row), spec.width(), gradients, from, scale);
  }

  /** Removes rows not used since before {@code step}; how many. */
  int evict(long step) {
    int before = index.size();
    boolean[] idle = new boolean[used];
    Arrays.fill(idle, true);
    for (int i = 0; i < numFree; i++) {
      idle[free[i]] = false;
    }
    for (int row = 0; row < used; row++) {
      if (idle[row] && usedAt[row] < step) {
        index.remove(ids[row]);
        if (numFree == free.length) {
          free = Arrays.copyOf(free, Math.max(16, 2 * free.length));
        }
        free[numFree++] = row;
      }
    }
    return before - index.size();
  }

  /** What a row is made of. */
  interface RowVisitor {
    void row(long id, int usedAt, float[] from, int at) throws java.io.IOException;
  }

  /** Shows all rows, in the order of their places. */
  void visit(RowVisitor visitor) throws java.io.IOException {
    boolean[] vacant = new boolean[used];
    for (int i = 0; i < numFree; i++) {
      vacant[free[i]] = true;
    }
    for (int row = 0; row < used; row++) {
      if (!vacant[row]) {
        visitor.row(ids[row], usedAt[row], slab(row), at(row));
      }
    }
  }

  /** Puts back a row with its state. */
  void restore(long id, int lastUsed, float[] from) {
    int found = index.get(id);
    int row = found == LongIndex.ABSENT ? place(id) : found;
    usedAt[row] = lastUsed;
    System.arraycopy(from, 0, slab(row), at(row), stride);
  }
}

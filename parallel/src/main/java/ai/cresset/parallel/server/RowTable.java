package ai.cresset.parallel.server;

import ai.cresset.error.ServerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a table that one server holds, each with the state of its optimizer behind its
 * values, in slabs of arrays. A place is the number of a row; who knows it needs no look-up. Places
 * hold until rows are evicted.
 *
 * <p>Confined to the lock of its shard, but for what is {@linkplain #freeze frozen}: slabs are then
 * copied before they are changed.
 */
final class RowTable {
  private static final int SLAB_FLOATS = 1 << 18;

  private final TableSpec spec;
  private final long key;
  private final int stride;
  private final int slabRows;
  private final List<float[]> slabs = new ArrayList<>();
  private final LongIndex index = new LongIndex(0);
  private int[] readers = new int[0];
  private long[] ids = new long[0];
  private int[] usedAt = new int[0];
  private int[] free = new int[0];
  private int numFree;
  private int used;
  private int evictions;

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

  /** How often rows were evicted: places of another number are to be looked up again. */
  int evictions() {
    return evictions;
  }

  /**
   * The places of rows, {@link LongIndex#ABSENT} for those that are not there.
   *
   * @throws ServerException if the table cannot have one of the ids
   */
  int[] places(long[] asked) {
    int[] places = new int[asked.length];
    for (int i = 0; i < asked.length; i++) {
      long id = asked[i];
      if (id < 0 || id >= spec.ids()) {
        throw ServerException.badId(spec.name(), id, spec.ids());
      }
      places[i] = index.get(id);
    }
    return places;
  }

  /** How many different ids of these have no row. */
  static int missing(long[] asked, int[] places) {
    int absent = 0;
    for (int place : places) {
      absent += place == LongIndex.ABSENT ? 1 : 0;
    }
    if (absent < 2) {
      return absent;
    }
    LongIndex seen = new LongIndex(absent);
    for (int i = 0; i < asked.length; i++) {
      if (places[i] == LongIndex.ABSENT) {
        seen.getOrPut(asked[i], 0);
      }
    }
    return seen.size();
  }

  /** Makes the rows that are absent. */
  void make(long[] asked, int[] places) {
    for (int i = 0; i < asked.length; i++) {
      if (places[i] == LongIndex.ABSENT) {
        places[i] = create(asked[i]);
      }
    }
  }

  /** The place of a row, which is made if it is absent. */
  int create(long id) {
    int found = index.get(id);
    if (found != LongIndex.ABSENT) {
      return found;
    }
    int row = place(id);
    float[] slab = own(row);
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
          readers = Arrays.copyOf(readers, ids.length / slabRows + 1);
        }
      }
      used++;
    }
    ids[row] = id;
    index.put(id, row);
    return row;
  }

  /** The slab of a row, to be changed: a copy if somebody reads it still. */
  private float[] own(int row) {
    int number = row / slabRows;
    float[] slab = slabs.get(number);
    if (readers[number] > 0) {
      slab = slab.clone();
      slabs.set(number, slab);
      readers[number] = 0;
    }
    return slab;
  }

  private int at(int row) {
    return row % slabRows * stride;
  }

  /** Copies values; those of absent rows are what they would begin with. */
  void read(long[] asked, int[] places, float[] to) {
    int width = spec.width();
    for (int i = 0; i < asked.length; i++) {
      int row = places[i];
      if (row == LongIndex.ABSENT) {
        spec.initializer().fill(key, asked[i], to, i * width, width);
      } else {
        System.arraycopy(slabs.get(row / slabRows), at(row), to, i * width, width);
      }
    }
  }

  /** Notes the step that rows are used in. */
  void use(int[] places, long now) {
    for (int row : places) {
      usedAt[row] = (int) now;
    }
  }

  /** Lets the optimizer change a row. */
  void update(int row, float[] gradients, int from, float scale, long now) {
    usedAt[row] = (int) now;
    spec.optimizer().update(own(row), at(row), spec.width(), gradients, from, scale);
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
    evictions++;
    return before - index.size();
  }

  /** Puts back a row with its state. */
  void restore(long id, int lastUsed, float[] from) {
    int found = index.get(id);
    int row = found == LongIndex.ABSENT ? place(id) : found;
    usedAt[row] = lastUsed;
    System.arraycopy(from, 0, own(row), at(row), stride);
  }

  /**
   * All rows as they are now, for another thread; {@link #thaw} when it has read them. Costs 12
   * bytes a row now, and a copy of each slab that changes until then.
   */
  Frozen freeze() {
    for (int number = 0; number < slabs.size(); number++) {
      readers[number]++;
    }
    boolean[] vacant = new boolean[used];
    for (int i = 0; i < numFree; i++) {
      vacant[free[i]] = true;
    }
    return new Frozen(
        spec,
        slabRows,
        List.copyOf(slabs),
        Arrays.copyOf(ids, used),
        Arrays.copyOf(usedAt, used),
        vacant,
        index.size());
  }

  /** Nobody reads this any more. */
  void thaw(Frozen frozen) {
    for (int number = 0; number < frozen.slabs.size(); number++) {
      if (slabs.get(number) == frozen.slabs.get(number)) {
        readers[number]--;
      }
    }
  }

  /**
   * Rows that do not change.
   *
   * @param vacant places without a row
   */
  record Frozen(
      TableSpec spec,
      int slabRows,
      List<float[]> slabs,
      long[] ids,
      int[] usedAt,
      boolean[] vacant,
      int rows) {
    /** Shows all rows, in the order of their places. */
    void visit(RowVisitor visitor) throws IOException {
      int stride = spec.stride();
      for (int row = 0; row < ids.length; row++) {
        if (!vacant[row]) {
          visitor.row(ids[row], usedAt[row], slabs.get(row / slabRows), row % slabRows * stride);
        }
      }
    }
  }

  /** What a row is made of. */
  interface RowVisitor {
    void row(long id, int usedAt, float[] from, int at) throws IOException;
  }
}

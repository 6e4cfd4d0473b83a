package ai.cresset.parallel.server;

/**
 * From ids to places, without boxes: open addressing with linear probing. A key and its value are
 * neighbours, so a look-up in a large index is one miss of the cache. Not thread-safe.
 */
final class LongIndex {
  static final int ABSENT = -1;
  private static final int BYTES_PER_CELL = 2 * Long.BYTES;

  /** Key, and value + 1, by turns; 0 in place of the value for an empty cell. */
  private long[] cells;

  private int mask;
  private int size;

  LongIndex(int expected) {
    int capacity = 16;
    while (capacity * 2L < expected * 3L) {
      capacity <<= 1;
    }
    cells = new long[2 * capacity];
    mask = capacity - 1;
  }

  int size() {
    return size;
  }

  /** Bytes that it takes now. */
  long bytes() {
    return (mask + 1L) * BYTES_PER_CELL;
  }

  /** Bytes that it will take with so many more keys. */
  long bytesWith(long more) {
    long capacity = mask + 1L;
    while (capacity * 2 < (size + more) * 3) {
      capacity <<= 1;
    }
    return capacity * BYTES_PER_CELL;
  }

  private int home(long key) {
    return (int) KeyRange.mix(key) & mask;
  }

  int get(long key) {
    for (int cell = home(key); cells[2 * cell + 1] != 0; cell = (cell + 1) & mask) {
      if (cells[2 * cell] == key) {
        return (int) cells[2 * cell + 1] - 1;
      }
    }
    return ABSENT;
  }

  /** Adds a key that is absent. */
  void put(long key, int value) {
    if ((size + 1) * 3L > (mask + 1) * 2L) {
      grow();
    }
    place(key, value + 1L);
    size++;
  }

  /** The value of a key, which is {@code next} if it was absent and is added now. */
  int getOrPut(long key, int next) {
    int cell = home(key);
    while (cells[2 * cell + 1] != 0) {
      if (cells[2 * cell] == key) {
        return (int) cells[2 * cell + 1] - 1;
      }
      cell = (cell + 1) & mask;
    }
    put(key, next);
    return next;
  }

  private void place(long key, long value) {
    int cell = home(key);
    while (cells[2 * cell + 1] != 0) {
      cell = (cell + 1) & mask;
    }
    cells[2 * cell] = key;
    cells[2 * cell + 1] = value;
  }

  private void grow() {
    long[] old = cells;
    cells = new long[Math.multiplyExact(old.length, 2)];
    mask = 2 * mask + 1;
    for (int at = 0; at < old.length; at += 2) {
      if (old[at + 1] != 0) {
        place(old[at], old[at + 1]);
      }
    }
  }

  /** Removes a key that is there; those that it had pushed on move back. */
  void remove(long key) {
    int cell = home(key);
    while (cells[2 * cell] != key || cells[2 * cell + 1] == 0) {
      cell = (cell + 1) & mask;
    }
    int hole = cell;
    for (int next = (hole + 1) & mask; cells[2 * next + 1] != 0; next = (next + 1) & mask) {
      int distance = (next - home(cells[2 * next])) & mask;
      if (distance >= ((next - hole) & mask)) {
        cells[2 * hole] = cells[2 * next];
        cells[2 * hole + 1] = cells[2 * next + 1];
        hole = next;
      }
    }
    cells[2 * hole + 1] = 0;
    size--;
  }
}

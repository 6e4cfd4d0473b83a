package ai.cresset.parallel.server;

import java.util.Arrays;

/** From ids to places, without boxes: open addressing with linear probing. Not thread-safe. */
final class LongIndex {
  static final int ABSENT = -1;
  private static final int BYTES_PER_CELL = Long.BYTES + Integer.BYTES;

  private long[] keys;
  private int[] values;
  private int size;

  LongIndex(int expected) {
    int capacity = 16;
    while (capacity * 2L < expected * 3L) {
      capacity <<= 1;
    }
    keys = new long[capacity];
    values = new int[capacity];
    Arrays.fill(values, ABSENT);
  }

  int size() {
    return size;
  }

  /** Bytes that it takes now. */
  long bytes() {
    return (long) keys.length * BYTES_PER_CELL;
  }

  /** Bytes that it will take with so many more keys. */
  long bytesWith(long more) {
    long capacity = keys.length;
    while (capacity * 2 < (size + more) * 3) {
      capacity <<= 1;
    }
    return capacity * BYTES_PER_CELL;
  }

  private int home(long key) {
    return (int) KeyRange.mix(key) & (keys.length - 1);
  }

  int get(long key) {
    int mask = keys.length - 1;
    for (int cell = home(key); values[cell] != ABSENT; cell = (cell + 1) & mask) {
      if (keys[cell] == key) {
        return values[cell];
      }
    }
    return ABSENT;
  }

  /** Adds a key that is absent. */
  void put(long key, int value) {
    if ((size + 1) * 3L > keys.length * 2L) {
      grow();
    }
    place(key, value);
    size++;
  }

  /** The value of a key, which is {@code next} if it was absent and is added now. */
  int getOrPut(long key, int next) {
    int found = get(key);
    if (found != ABSENT) {
      return found;
    }
    put(key, next);
    return next;
  }

  private void place(long key, int value) {
    int mask = keys.length - 1;
    int cell = home(key);
    while (values[cell] != ABSENT) {
      cell = (cell + 1) & mask;
    }
    keys[cell] = key;
    values[cell] = value;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[Math.multiplyExact(oldKeys.length, 2)];
    values = new int[keys.length];
    Arrays.fill(values, ABSENT);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != ABSENT) {
        place(oldKeys[i], oldValues[i]);
      }
    }
  }

  /** Removes a key that is there; those that it had pushed on move back. */
  void remove(long key) {
    int mask = keys.length - 1;
    int cell = home(key);
    while (keys[cell] != key || values[cell] == ABSENT) {
      cell = (cell + 1) & mask;
    }
    int hole = cell;
    for (int next = (hole + 1) & mask; values[next] != ABSENT; next = (next + 1) & mask) {
      int distance = (next - home(keys[next])) & mask;
      if (distance >= ((next - hole) & mask)) {
        keys[hole] = keys[next];
        values[hole] = values[next];
        hole = next;
      }
    }
    values[hole] = ABSENT;
    size--;
  }
}

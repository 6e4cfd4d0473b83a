package ai.cresset.backend.cpu;

import java.util.Arrays;

/**
 * The smallest keys of many. Candidates below the largest of the smallest so far gather in a buffer
 * of twice their number, and each time it is full its larger half is dropped: of keys in random
 * order few become candidates at all.
 */
final class Selection {
  /** Elements of the smallest buffer, so that it is not sorted for every other candidate. */
  private static final int SMALLEST_BUFFER = 64;

  /** Keys that are sorted rather than divided further. */
  private static final int FEW = 32;

  private final int wanted;
  private final long[] candidates;
  private int filled;
  private long bound;

  /** For keys that come one after the other. */
  Selection(int wanted) {
    this.wanted = wanted;
    this.candidates = new long[Math.max(2 * wanted, SMALLEST_BUFFER)];
    clear();
  }

  /** Forgets all keys. */
  void clear() {
    filled = 0;
    bound = Long.MAX_VALUE;
  }

  /** One more key, which must be below the largest long. */
  void offer(long key) {
    if (key < bound) {
      candidates[filled++] = key;
      if (filled == candidates.length) {
        drop();
      }
    }
  }

  private void drop() {
    Arrays.sort(candidates, 0, filled);
    bound = candidates[wanted - 1];
    filled = wanted;
  }

  /** The smallest keys in order, at the front; as many as wanted must have come. */
  long[] smallest() {
    Arrays.sort(candidates, 0, filled);
    return candidates;
  }

  /** Whether selecting before sorting takes less than sorting all. */
  static boolean isWorthwhile(int wanted, int length) {
    return wanted <= length / 2 && length >= SMALLEST_BUFFER;
  }

  /** Where the {@code wanted} smallest keys are, in order of place; the first ones among equals. */
  static void placesOfSmallest(long[] keys, int length, int wanted, int[] places) {
    long bound = bound(keys, length, wanted);
    int equal = wanted;
    for (int i = 0; i < length; i++) {
      equal -= keys[i] < bound ? 1 : 0;
    }
    int found = 0;
    for (int i = 0; i < length; i++) {
      if (keys[i] < bound || keys[i] == bound && equal-- > 0) {
        places[found++] = i;
      }
    }
  }

  /** The key that is number {@code wanted}, from 1 on, in order. */
  private static long bound(long[] keys, int length, int wanted) {
    return kth(Arrays.copyOf(keys, length), wanted - 1);
  }

  /** The key that is number {@code k}, from 0 on, in order; moves all keys. */
  static long kth(long[] keys, int k) {
    int low = 0;
    int high = keys.length - 1;
    // Pivots that divide badly time and again end in a sort.
    int rounds = 4 * (Integer.SIZE - Integer.numberOfLeadingZeros(keys.length));
    while (high - low > FEW && rounds-- > 0) {
      long pivot = middle(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long key = keys[i];
          keys[i++] = keys[j];
          keys[j--] = key;
        }
      }
      if (k <= j) {
        high = j;
      } else if (k >= i) {
        low = i;
      } else {
        return keys[k];
      }
    }
    Arrays.sort(keys, low, high + 1);
    return keys[k];
  }

  private static long middle(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}

package ai.cresset.backend.cpu;

import java.util.Arrays;

/**
 * The smallest keys of many. Candidates below the largest of the smallest so far gather in a buffer
 * of twice their number, and each time it is full its larger half is dropped: of keys in random
 * order few become candidates at all.
 */
final class Selection {
  /** Elements of the smallest buffer, so that it is not sorted for every other candidate. */
  private static final int SMALLEST_BUFFER = 256;

  private Selection() {}

  /** Whether selecting before sorting takes less than sorting all. */
  static boolean isWorthwhile(int wanted, int length) {
    return wanted <= length / 2 && length >= SMALLEST_BUFFER;
  }

  private static int buffer(int wanted) {
    return Math.max(2 * wanted, SMALLEST_BUFFER);
  }

  /** Moves the {@code wanted} smallest of different keys to the front, in any order. */
  static void smallestFirst(long[] keys, int length, int wanted) {
    long bound = bound(keys, length, wanted);
    int found = 0;
    for (int i = 0; i < length; i++) {
      if (keys[i] <= bound) {
        keys[found++] = keys[i];
      }
    }
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
    long[] candidates = new long[buffer(wanted)];
    int count = candidates.length;
    System.arraycopy(keys, 0, candidates, 0, count);
    Arrays.sort(candidates);
    long bound = candidates[wanted - 1];
    int filled = wanted;
    for (int i = count; i < length; i++) {
      if (keys[i] < bound) {
        candidates[filled++] = keys[i];
        if (filled == count) {
          Arrays.sort(candidates);
          bound = candidates[wanted - 1];
          filled = wanted;
        }
      }
    }
    Arrays.sort(candidates, 0, filled);
    return candidates[wanted - 1];
  }
}

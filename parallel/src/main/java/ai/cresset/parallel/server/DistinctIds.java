package ai.cresset.parallel.server;

import java.util.Arrays;

/**
 * Ids without repetition.
 *
 * @param ids each once, in the order of first occurrence; negative ones are left out
 * @param places for each id asked for its place in {@code ids}, or -1 for a negative one
 */
record DistinctIds(long[] ids, long[] places) {
  static DistinctIds of(long[] asked) {
    LongIndex index = new LongIndex(asked.length);
    long[] ids = new long[asked.length];
    long[] places = new long[asked.length];
    int count = 0;
    for (int i = 0; i < asked.length; i++) {
      if (asked[i] < 0) {
        places[i] = -1;
        continue;
      }
      int place = index.getOrPut(asked[i], count);
      if (place == count) {
        ids[count++] = asked[i];
      }
      places[i] = place;
    }
    return new DistinctIds(Arrays.copyOf(ids, count), places);
  }
}

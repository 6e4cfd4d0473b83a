package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;

/**
 * Neighbours that are hidden.
 *
 * @param begin the first one
 * @param end behind the last one
 */
record MaskedSpan(int begin, int end) {
  /** Up to {@code most} of {@code size}, all lengths and all places equally likely. */
  static MaskedSpan draw(int size, int most, Draws draws) {
    int length = draws.below(Math.min(size, most) + 1);
    int begin = draws.below(size - length + 1);
    return new MaskedSpan(begin, begin + length);
  }

  boolean holds(int place) {
    return place >= begin && place < end;
  }
}

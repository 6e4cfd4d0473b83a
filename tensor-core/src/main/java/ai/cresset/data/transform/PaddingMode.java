package ai.cresset.data.transform;

/** What comes beside an image that is made larger. */
public enum PaddingMode {
  /** One value. */
  CONSTANT,
  /** The outermost element. */
  EDGE,
  /** The image mirrored at its outermost element, which is not repeated. */
  REFLECT,
  /** The image mirrored at its edge. */
  SYMMETRIC;

  /** The element of a line of {@code length} at a place that may be outside; -1 to fill. */
  int source(int place, int length) {
    if (place >= 0 && place < length) {
      return place;
    }
    return switch (this) {
      case CONSTANT -> -1;
      case EDGE -> Math.max(0, Math.min(length - 1, place));
      case REFLECT -> {
        if (length == 1) {
          yield 0;
        }
        int at = Math.floorMod(place, 2 * length - 2);
        yield at < length ? at : 2 * length - 2 - at;
      }
      case SYMMETRIC -> {
        int at = Math.floorMod(place, 2 * length);
        yield at < length ? at : 2 * length - 1 - at;
      }
    };
  }
}

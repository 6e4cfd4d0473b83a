package ai.cresset.data.transform;

/** Orders of rows or columns. */
final class Lines {
  private Lines() {}

  static int[] forward(int count) {
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      places[i] = i;
    }
    return places;
  }

  static int[] backward(int count) {
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      places[i] = count - 1 - i;
    }
    return places;
  }

  /** Whether elements stay side by side, none of them filled. */
  static boolean isRun(int[] places) {
    if (places.length == 0 || places[0] < 0) {
      return false;
    }
    for (int i = 1; i < places.length; i++) {
      if (places[i] != places[0] + i) {
        return false;
      }
    }
    return true;
  }
}

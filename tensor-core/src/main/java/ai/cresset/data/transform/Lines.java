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
}

package ai.cresset.data.transform;

/**
 * A rectangle on an image, which may reach beyond it.
 *
 * @param top its first row
 * @param left its first column
 */
record Window(int top, int left, int height, int width) {
  /** What is seen of an image through it. */
  Pixels of(Pixels pixels, PaddingMode mode, double fill) {
    int[] rows = new int[height];
    for (int y = 0; y < height; y++) {
      rows[y] = mode.source(top + y, pixels.height());
    }
    int[] columns = new int[width];
    for (int x = 0; x < width; x++) {
      columns[x] = mode.source(left + x, pixels.width());
    }
    return pixels.placed(rows, columns, fill);
  }

  /** The one in the middle of an image, as torchvision rounds. */
  static Window centered(Pixels pixels, int height, int width) {
    int top =
        height <= pixels.height()
            ? (int) Math.rint((pixels.height() - height) / 2.0)
            : -((height - pixels.height()) / 2);
    int left =
        width <= pixels.width()
            ? (int) Math.rint((pixels.width() - width) / 2.0)
            : -((width - pixels.width()) / 2);
    return new Window(top, left, height, width);
  }
}

package ai.cresset.data.transform;

/**
 * Where each element of a turned, moved, scaled and sheared image comes from, as torchvision has
 * it: coordinates are measured from the middle of the image.
 *
 * @param xx how much x counts for the source's x
 * @param xy how much y counts for it
 * @param xo what is added to it
 * @param yx how much x counts for the source's y
 * @param yy how much y counts for it
 * @param yo what is added to it
 */
record Affine(double xx, double xy, double xo, double yx, double yy, double yo) {
  /**
   * The inverse of a change.
   *
   * @param degrees clockwise
   * @param right elements to move by
   * @param down elements to move by
   * @param shearX degrees along x
   * @param shearY degrees along y
   */
  static Affine inverse(
      double degrees, double right, double down, double scale, double shearX, double shearY) {
    double turn = Math.toRadians(degrees);
    double sx = Math.toRadians(shearX);
    double sy = Math.toRadians(shearY);
    double a = StrictMath.cos(turn - sy) / StrictMath.cos(sy);
    double b =
        -StrictMath.cos(turn - sy) * StrictMath.tan(sx) / StrictMath.cos(sy) - StrictMath.sin(turn);
    double c = StrictMath.sin(turn - sy) / StrictMath.cos(sy);
    double d =
        -StrictMath.sin(turn - sy) * StrictMath.tan(sx) / StrictMath.cos(sy) + StrictMath.cos(turn);
    double xx = d / scale;
    double xy = -b / scale;
    double yx = -c / scale;
    double yy = a / scale;
    return new Affine(xx, xy, -xx * right - xy * down, yx, yy, -yx * right - yy * down);
  }

  /** The size {@code {height, width}} that holds all of an image turned by this. */
  int[] size(int height, int width) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int corner = 0; corner < 4; corner++) {
      double x = (corner % 2 == 0 ? -0.5 : 0.5) * width;
      double y = (corner < 2 ? -0.5 : 0.5) * height;
      // The inverse of a turn is its transpose.
      double newX = xx * x + yx * y;
      double newY = xy * x + yy * y;
      left = Math.min(left, newX);
      right = Math.max(right, newX);
      top = Math.min(top, newY);
      bottom = Math.max(bottom, newY);
    }
    double middleX = 0.5 * width;
    double middleY = 0.5 * height;
    return new int[] {
      outer(bottom + middleY) - inner(top + middleY), outer(right + middleX) - inner(left + middleX)
    };
  }

  /** Rounding errors make no image larger by an element. */
  private static int outer(double place) {
    return (int) Math.ceil(((long) (place / 1e-4)) * 1e-4);
  }

  private static int inner(double place) {
    return (int) Math.floor(((long) (place / 1e-4)) * 1e-4);
  }

  /** The changed image; what comes in from outside is {@code fill}. */
  Pixels apply(Pixels pixels, int newHeight, int newWidth, boolean bilinear, double fill) {
    int height = pixels.height();
    int width = pixels.width();
    float[] from = pixels.floats();
    float[] to = new float[pixels.channels() * newHeight * newWidth];
    for (int row = 0; row < newHeight; row++) {
      for (int column = 0; column < newWidth; column++) {
        double x = column - (newWidth - 1) / 2.0;
        double y = row - (newHeight - 1) / 2.0;
        double sourceX = xx * x + xy * y + xo + (width - 1) / 2.0;
        double sourceY = yx * x + yy * y + yo + (height - 1) / 2.0;
        int at = row * newWidth + column;
        if (bilinear) {
          between(from, to, at, newHeight * newWidth, pixels, sourceX, sourceY, fill);
        } else {
          double nearX = Math.rint(sourceX);
          double nearY = Math.rint(sourceY);
          boolean inside = nearX >= 0 && nearX < width && nearY >= 0 && nearY < height;
          for (int channel = 0; channel < pixels.channels(); channel++) {
            to[channel * newHeight * newWidth + at] =
                inside
                    ? from[(channel * height + (int) nearY) * width + (int) nearX]
                    : (float) fill;
          }
        }
      }
    }
    return pixels.rounded(pixels.channels(), newHeight, newWidth, to);
  }

  /** Four neighbours; where some are outside, what is inside is mixed with the filling. */
  private static void between(
      float[] from, float[] to, int at, int plane, Pixels pixels, double x, double y, double fill) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    for (int channel = 0; channel < pixels.channels(); channel++) {
      double sum = 0;
      double inside = 0;
      for (int corner = 0; corner < 4; corner++) {
        int column = left + corner % 2;
        int row = top + corner / 2;
        if (column >= 0 && column < pixels.width() && row >= 0 && row < pixels.height()) {
          double weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
          inside += weight;
          sum += weight * from[(channel * pixels.height() + row) * pixels.width() + column];
        }
      }
      to[channel * plane + at] = (float) ((sum - fill) * inside + fill);
    }
  }
}

package ai.cresset.data.transform;

/** How elements between the elements of an image are made ({@code InterpolationMode}). */
public enum Interpolation {
  /** That of the nearest one, rounding down as PyTorch's {@code nearest}. */
  NEAREST(0),
  /** A straight line between neighbours. */
  BILINEAR(1),
  /** A cubic through four neighbours. */
  BICUBIC(2);

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** How far its kernel reaches. */
  double support() {
    return support;
  }

  /**
   * Its kernel.
   *
   * @param a the slope of the cubic at 1
   */
  double kernel(double distance, double a) {
    double x = Math.abs(distance);
    return switch (this) {
      case NEAREST -> x <= 0.5 ? 1 : 0;
      case BILINEAR -> Math.max(0, 1 - x);
      case BICUBIC -> {
        if (x < 1) {
          yield ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        yield x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
      }
    };
  }
}

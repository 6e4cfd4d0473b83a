package ai.cresset.optim;

/**
 * A search along a line for a step that lowers the loss enough and leaves little slope (the strong
 * Wolfe conditions; Nocedal and Wright 2006, chapter 3): first a bracket around such a step, then
 * ever smaller ones by cubic interpolation. It evaluates where {@code torch.optim.LBFGS} does.
 */
final class StrongWolfe {
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final double SMALLEST_CHANGE = 1e-9;

  private final Objective objective;
  private final Point start;
  private int numEvaluations;

  StrongWolfe(Objective objective, Point start) {
    this.objective = objective;
    this.start = start;
  }

  /** The loss along the line. */
  @FunctionalInterface
  interface Objective {
    Point at(double step);
  }

  /**
   * A point on the line.
   *
   * @param step how far from the start
   * @param slope the gradient times the direction
   */
  record Point(double step, double loss, TensorVector gradient, double slope) {}

  /** How often the loss was evaluated. */
  int numEvaluations() {
    return numEvaluations;
  }

  /**
   * The point to go to.
   *
   * @param first the step to try first
   * @param length the largest element of the direction
   * @param limit evaluations after the first
   */
  Point search(double first, double length, int limit) {
    Point before = start;
    Point next = evaluate(first);
    int tries = 0;
    while (tries < limit && !isTooHigh(next) && !(tries > 1 && next.loss() >= before.loss())) {
      if (isFlat(next)) {
        return next;
      }
      if (next.slope() >= 0) {
        break;
      }
      double least = next.step() + 0.01 * (next.step() - before.step());
      double step = between(before, next, least, next.step() * 10);
      before = next;
      next = evaluate(step);
      tries++;
    }
    return tries == limit
        ? lower(start, next)
        : narrow(lower(before, next), higher(before, next), length, limit - tries);
  }

  private Point narrow(Point firstLow, Point firstHigh, double length, int limit) {
    Point low = firstLow;
    Point high = firstHigh;
    boolean stuck = false;
    for (int tries = 0; tries < limit; tries++) {
      double left = Math.min(low.step(), high.step());
      double right = Math.max(low.step(), high.step());
      if ((right - left) * length < SMALLEST_CHANGE) {
        return low;
      }
      double step = between(low, high, left, right);
      double margin = 0.1 * (right - left);
      boolean near = Math.min(right - step, step - left) < margin;
      if (near && (stuck || step >= right || step <= left)) {
        // A step at a border for the second time would not make the bracket smaller.
        step = Math.abs(step - right) < Math.abs(step - left) ? right - margin : left + margin;
        stuck = false;
      } else {
        stuck = near;
      }
      Point tried = evaluate(step);
      if (isTooHigh(tried) || tried.loss() >= low.loss()) {
        Point kept = low;
        low = lower(kept, tried);
        high = higher(kept, tried);
      } else if (isFlat(tried)) {
        return tried;
      } else {
        if (tried.slope() * (high.step() - low.step()) >= 0) {
          high = low;
        }
        low = tried;
      }
    }
    return low;
  }

  private Point evaluate(double step) {
    numEvaluations++;
    return objective.at(step);
  }

  private boolean isTooHigh(Point point) {
    return point.loss() > start.loss() + DECREASE * point.step() * start.slope();
  }

  private boolean isFlat(Point point) {
    return Math.abs(point.slope()) <= -CURVATURE * start.slope();
  }

  private static Point lower(Point a, Point b) {
    return a.loss() <= b.loss() ? a : b;
  }

  private static Point higher(Point a, Point b) {
    return a.loss() <= b.loss() ? b : a;
  }

  /** The minimum of the cubic through both points, within bounds. */
  private static double between(Point a, Point b, double least, double most) {
    Point left = a.step() <= b.step() ? a : b;
    Point right = a.step() <= b.step() ? b : a;
    double width = right.step() - left.step();
    double bend = left.slope() + right.slope() - 3 * (right.loss() - left.loss()) / width;
    double square = bend * bend - left.slope() * right.slope();
    if (!(square >= 0)) {
      return (least + most) / 2;
    }
    double root = Math.sqrt(square);
    double part = (right.slope() + root - bend) / (right.slope() - left.slope() + 2 * root);
    return Math.min(Math.max(right.step() - width * part, least), most);
  }
}

package ai.cresset.optim.schedule;

/** How a value goes from one to another. */
public enum Annealing {
  /** Along half a cosine: slowly, fast, slowly. */
  COSINE {
    @Override
    double between(double start, double end, double part) {
      return end + (start - end) / 2 * (StrictMath.cos(Math.PI * part) + 1);
    }
  },
  /** In a straight line. */
  LINEAR {
    @Override
    double between(double start, double end, double part) {
      return (end - start) * part + start;
    }
  };

  /** The value at a part of the way, in [0, 1]. */
  abstract double between(double start, double end, double part);
}

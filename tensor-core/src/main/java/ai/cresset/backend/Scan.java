package ai.cresset.backend;

/** What runs along a dimension. */
public enum Scan {
  CUMSUM,
  CUMPROD,
  /** NaN wins. */
  CUMMAX,
  /** NaN wins. */
  CUMMIN;

  /** What a line begins with. */
  public double start() {
    return switch (this) {
      case CUMSUM -> 0;
      case CUMPROD -> 1;
      case CUMMAX -> Double.NEGATIVE_INFINITY;
      case CUMMIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** What a line of integers begins with. */
  public long integerStart() {
    return switch (this) {
      case CUMSUM -> 0;
      case CUMPROD -> 1;
      case CUMMAX -> Long.MIN_VALUE;
      case CUMMIN -> Long.MAX_VALUE;
    };
  }

  /** One step along a line. */
  public double next(double so, double x) {
    return switch (this) {
      case CUMSUM -> so + x;
      case CUMPROD -> so * x;
      case CUMMAX -> Math.max(so, x);
      case CUMMIN -> Math.min(so, x);
    };
  }

  /** One step along a line of integers; overflow wraps around. */
  public long next(long so, long x) {
    return switch (this) {
      case CUMSUM -> so + x;
      case CUMPROD -> so * x;
      case CUMMAX -> Math.max(so, x);
      case CUMMIN -> Math.min(so, x);
    };
  }
}

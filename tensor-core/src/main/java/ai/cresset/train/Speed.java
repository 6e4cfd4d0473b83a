package ai.cresset.train;

/** Counts units and the time spent on them, of this attempt and since the last report. */
final class Speed {
  private long units;
  private long nanos;
  private long steps;
  private long reportedUnits;
  private long reportedNanos;

  void add(long stepUnits, long stepNanos) {
    units += stepUnits;
    nanos += stepNanos;
    steps++;
  }

  /** Units per second of the attempt; NaN without steps. */
  double overall() {
    return units / (nanos * 1e-9);
  }

  /** Units per second since the last call. */
  double recent() {
    double speed = (units - reportedUnits) / ((nanos - reportedNanos) * 1e-9);
    reportedUnits = units;
    reportedNanos = nanos;
    return speed;
  }

  /** Seconds that this many steps will take. */
  double seconds(long moreSteps) {
    return steps == 0 ? Double.NaN : moreSteps * (nanos * 1e-9 / steps);
  }
}

package ai.cresset.train;

/**
 * Counts units, the time spent on them and how much of it was waiting for samples, of this attempt
 * and since the last report.
 */
final class Speed {
  private long units;
  private long nanos;
  private long waited;
  private long steps;
  private long reportedUnits;
  private long reportedNanos;
  private long reportedWaited;

  /**
   * Some steps.
   *
   * @param unitsPerSecond their speed
   * @param dataWait the part of their time that went by waiting for samples, from 0 to 1
   */
  record Pace(double unitsPerSecond, double dataWait) {}

  void add(long stepUnits, long stepNanos, long waitedNanos) {
    units += stepUnits;
    nanos += stepNanos;
    waited += waitedNanos;
    steps++;
  }

  /** That of the attempt; NaN without steps. */
  Pace overall() {
    return new Pace(units / (nanos * 1e-9), (double) waited / nanos);
  }

  /** That since the last call. */
  Pace recent() {
    long time = nanos - reportedNanos;
    Pace pace =
        new Pace(
            (units - reportedUnits) / (time * 1e-9), (double) (waited - reportedWaited) / time);
    reportedUnits = units;
    reportedNanos = nanos;
    reportedWaited = waited;
    return pace;
  }

  /** Seconds that this many steps will take. */
  double seconds(long moreSteps) {
    return steps == 0 ? Double.NaN : moreSteps * (nanos * 1e-9 / steps);
  }
}

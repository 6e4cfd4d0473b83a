package ai.cresset.jobs.table;

import java.io.Serializable;

/**
 * Mean and deviation of numbers that come one after the other. Source: Welford 1962; Chan, Golub
 * and LeVeque 1979 for adding two.
 */
final class RunningMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private double mean;
  private double squares;

  void add(double value) {
    count++;
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }

  void add(RunningMoments later) {
    if (later.count == 0) {
      return;
    }
    long total = count + later.count;
    double apart = later.mean - mean;
    mean += apart * later.count / total;
    squares += later.squares + apart * apart * count * later.count / total;
    count = total;
  }

  double mean() {
    return mean;
  }

  /** Of the whole, not of a sample; 1 where all numbers are equal. */
  double deviation() {
    return squares > 0 ? Math.sqrt(squares / count) : 1;
  }
}

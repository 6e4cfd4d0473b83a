package ai.cresset.metric;

import java.util.Arrays;

/** A figure of one array of sums, to which those of other workers are added as they are. */
abstract class SummedMetric implements Metric {
  /** So far; the kinds of metrics add to it. */
  final double[] sums;

  /** Of so many numbers. */
  SummedMetric(int size) {
    this.sums = new double[size];
  }

  @Override
  public final double[] sums() {
    return sums.clone();
  }

  @Override
  public final void merge(double[] others) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += others[i];
    }
  }

  @Override
  public final void reset() {
    Arrays.fill(sums, 0);
  }
}

package ai.cresset.metric;

/** A figure made of sums over samples. */
public interface Metric {
  /** Name for reports, such as {@code accuracy}. */
  String name();

  /** The sums so far, always as many. Those of several workers are added element by element. */
  double[] sums();

  /** Adds another worker's sums. */
  void merge(double[] sums);

  /** The figure of the sums; NaN without samples. */
  double value();

  /** Starts over. */
  void reset();
}

package ai.cresset.backend;

/**
 * What a dimension is reduced to. The order of arithmetic depends on shapes only, never on the
 * number of threads.
 */
public enum Reduction {
  SUM,
  PROD,
  /** NaN wins. */
  MAX,
  /** NaN wins. */
  MIN,
  /** The sum of squares. */
  SUM_SQUARES,
  /** 1 if any element is not 0. */
  ANY,
  /** 1 if every element is not 0. */
  ALL
}

package ai.cresset.backend;

/** What becomes of an element that another one is scattered onto. */
public enum Scatter {
  /** The last one in row-major order stays. */
  REPLACE,
  ADD,
  MULTIPLY,
  /** NaN wins. */
  MAX,
  /** NaN wins. */
  MIN
}

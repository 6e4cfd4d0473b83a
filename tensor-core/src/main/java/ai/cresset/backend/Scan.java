package ai.cresset.backend;

/** What runs along a dimension. */
public enum Scan {
  CUMSUM,
  CUMPROD
}

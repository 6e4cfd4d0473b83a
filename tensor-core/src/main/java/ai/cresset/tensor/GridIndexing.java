package ai.cresset.tensor;

/** Which dimension of a grid the first coordinate runs along. */
public enum GridIndexing {
  /** The first, as with matrices. */
  IJ,
  /** The second, as in pictures. */
  XY
}

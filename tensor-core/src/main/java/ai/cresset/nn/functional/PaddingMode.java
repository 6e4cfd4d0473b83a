package ai.cresset.nn.functional;

/** What lies around a padded tensor. */
public enum PaddingMode {
  /** Zeros. */
  CONSTANT,

  /** The tensor mirrored at its first and last elements, which are not repeated. */
  REFLECT,

  /** The first and last elements repeated. */
  REPLICATE,

  /** The tensor again, from its other end. */
  CIRCULAR
}

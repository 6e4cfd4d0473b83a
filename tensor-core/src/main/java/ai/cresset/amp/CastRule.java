package ai.cresset.amp;

/** What autocast does with the operands of an operation. */
enum CastRule {
  /** Computed in the lower type: products and convolutions. */
  LOWER,
  /** Computed in float32: what loses digits or range otherwise. */
  FLOAT32,
  /** Operands of several types meet in the widest one; the rule of all others. */
  WIDEST,
  /** Computed in float32 where operands differ, and given in the type of the first one. */
  LIKE_FIRST
}

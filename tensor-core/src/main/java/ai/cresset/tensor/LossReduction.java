package ai.cresset.tensor;

/** What becomes of the losses of single elements or rows. */
public enum LossReduction {
  /** They are returned as they are. */
  NONE,
  /** Their sum. */
  SUM,
  /** Their sum over their weight (for cross entropy: the rows that are not ignored). */
  MEAN
}

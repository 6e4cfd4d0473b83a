package ai.cresset.jobs.recipe;

/** How much the classes count in the loss of training. */
public enum ClassWeighting {
  /** Each sample counts alike. */
  NONE,
  /** Each class counts alike, however rare it is. */
  BALANCED
}

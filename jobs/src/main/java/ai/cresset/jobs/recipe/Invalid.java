package ai.cresset.jobs.recipe;

/** What to do about samples that cannot be used. */
public enum Invalid {
  /** Stop and name the first one. */
  ERROR,
  /** Leave them out, and count them. */
  SKIP
}

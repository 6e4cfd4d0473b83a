package ai.cresset.tensor;

/** How {@code gelu} computes the normal distribution function. */
public enum GeluApproximation {
  /** By the error function. */
  NONE,
  /** By a hyperbolic tangent, as GPT-2 does. */
  TANH
}

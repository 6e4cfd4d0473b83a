package ai.cresset.tensor;

/** Element-wise comparisons, which give booleans and have no gradient. */
public interface Comparison {
  /** This object as a tensor. */
  Tensor self();
}

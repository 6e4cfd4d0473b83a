package ai.cresset.tensor;

/** Parts of a tensor by position. */
public interface Indexing {
  /** This object as a tensor. */
  Tensor self();
}

package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * Makes a tensor of a sample from another. The result belongs to the thread's current scope and may
 * be the input itself; the input is never changed. The words of {@link Object#toString} say all
 * that decides the result, so that data sets with other transforms have other fingerprints.
 */
public interface Transform {
  /**
   * Applies it.
   *
   * @param value in host memory
   * @param draws what chance decides comes from here alone
   */
  Tensor apply(Tensor value, Draws draws);
}

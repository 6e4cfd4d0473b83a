package ai.cresset.nn.norm;

import ai.cresset.tensor.Tensor;

/**
 * Workers that share the statistics of their batches. All of them call the same sums in the same
 * order, in forward and in backward passes; {@code parallel} has one over a process group.
 */
public interface StatisticsGroup {
  /**
   * Replaces each element by its sum over all workers.
   *
   * @param values float64, contiguous, of the same shape on all workers
   */
  void sum(Tensor values);
}

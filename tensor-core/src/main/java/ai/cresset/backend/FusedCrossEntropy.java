package ai.cresset.backend;

/**
 * Softmax and cross entropy in one pass over the logits. A backend without it gets the composed
 * form.
 */
public interface FusedCrossEntropy {
  /**
   * The loss of each row: {@code logSumExp(row) - row[target]}, or 0 where the target is {@code
   * ignoreIndex}.
   *
   * @param logits {@code [rows, classes]}, contiguous
   * @param targets {@code [rows]}, int64
   * @param losses output, {@code [rows]}
   * @param logSumExp output, {@code [rows]}, for the backward pass
   * @throws ai.cresset.error.ShapeException for a target outside of the classes
   */
  void crossEntropy(View logits, View targets, long ignoreIndex, View losses, View logSumExp);

  /** Writes {@code (softmax(row) - onehot(target)) * gradient[row]}, 0 for ignored rows. */
  void crossEntropyBackward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient);
}

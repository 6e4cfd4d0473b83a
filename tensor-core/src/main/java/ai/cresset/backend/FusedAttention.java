package ai.cresset.backend;

/**
 * Scaled dot-product attention without the matrix of scores in memory (Dao et al.,
 * "FlashAttention", 2022). A backend without it gets the composed form. Queries, keys, values and
 * outputs are {@code [batch, heads, length, size]} of one floating type, any strides whose
 * innermost is 1.
 */
public interface FusedAttention {
  /**
   * Forward.
   *
   * @param causal position i sees positions up to i (aligned at the start, as in PyTorch)
   * @param scale what scores are multiplied by
   * @param logSumExp output, {@code [batch, heads, queries]}, for the backward pass
   */
  void attention(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp);

  /** Backward: writes the gradients of query, key and value. */
  void attentionBackward(
      View gradient,
      View query,
      View key,
      View value,
      View output,
      View logSumExp,
      boolean causal,
      double scale,
      View queryGradient,
      View keyGradient,
      View valueGradient);
}

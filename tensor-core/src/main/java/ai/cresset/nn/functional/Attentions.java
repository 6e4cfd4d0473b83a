package ai.cresset.nn.functional;

import ai.cresset.backend.FusedAttention;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Attention;
import ai.cresset.tensor.op.Dispatch;

/** Attention: averages of values, weighted by how well queries and keys agree. */
public final class Attentions {
  private Attentions() {}

  /**
   * {@code softmax(q k^T / sqrt(size)) v}, fused where the backend can.
   *
   * @param query {@code [..., queries, size]}
   * @param key {@code [..., keys, size]}
   * @param value {@code [..., keys, valueSize]}
   * @param causal query i sees keys up to i
   * @param dropoutP probability of dropping a weight; give 0 outside of training
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, boolean causal, double dropoutP) {
    double scale = 1 / Math.sqrt(query.size(-1));
    return scaledDotProductAttention(query, key, value, causal, dropoutP, scale);
  }

  /** The same with scores multiplied by {@code scale}. */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, boolean causal, double dropoutP, double scale) {
    boolean plain =
        query.rank() == 4
            && key.rank() == 4
            && value.rank() == 4
            && query.size(0) == key.size(0)
            && query.size(1) == key.size(1)
            && key.size(3) == value.size(3);
    if (dropoutP == 0 && plain && query.backend().capability(FusedAttention.class).isPresent()) {
      return Dispatch.apply(new Attention(causal, scale), query, key, value);
    }
    Tensor weights = Attention.weights(query, key, causal, scale);
    return Layers.dropout(weights, dropoutP, true).matmul(value);
  }
}

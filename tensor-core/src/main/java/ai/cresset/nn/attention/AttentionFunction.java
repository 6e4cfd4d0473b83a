package ai.cresset.nn.attention;

import ai.cresset.nn.functional.TensorPart;
import ai.cresset.tensor.Tensor;
import java.util.function.UnaryOperator;

/** How the heads of a causal self-attention mix values; see {@link CausalSelfAttention}. */
@FunctionalInterface
public interface AttentionFunction {
  /**
   * Averages values, by how well queries and keys agree.
   *
   * @param query {@code [batch, heads, length, size]}; key and value likewise
   * @param dropout probability of dropping a weight; 0 outside of training
   * @param heads of which weights those of these heads are a part
   * @return {@code [batch, heads, length, size]}
   */
  Tensor attend(
      Tensor query, Tensor key, Tensor value, double dropout, UnaryOperator<TensorPart> heads);
}

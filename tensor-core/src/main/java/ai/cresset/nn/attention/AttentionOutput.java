package ai.cresset.nn.attention;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What multi-head attention gives.
 *
 * @param output of the queries' shape
 * @param weights the heads' average, {@code [batch, queries, keys]}, or those of each head, {@code
 *     [batch, heads, queries, keys]}, or without batch; null if they were not wanted
 */
public record AttentionOutput(Tensor output, @Nullable Tensor weights)
    implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return weights == null ? List.of(output) : List.of(output, weights);
  }
}

package ai.cresset.nn.functional;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table whose gradients are divided by how often they are read. Inputs: weight {@code
 * [entries, size]} and indices int64 {@code [...]}.
 *
 * @param paddingIdx the row that gets no gradient; -1 for none
 */
record FrequencyScaledEmbedding(long paddingIdx) implements CustomFunction {
  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    context.save(inputs.get(1));
    return List.of(Layers.embedding(inputs.get(1), inputs.get(0), paddingIdx));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      return Arrays.asList(null, null);
    }
    Tensor indices = context.saved(0).flatten();
    Tensor rows = gradient.reshape(-1, gradient.size(-1));
    Tensor counts = indices.bincount(0).indexSelect(0, indices).to(rows.dtype());
    Tensor scaled = rows.div(counts.unsqueeze(1));
    if (paddingIdx >= 0) {
      scaled = scaled.maskedFill(indices.eq(paddingIdx).unsqueeze(1), 0);
    }
    Tensor whole = Tensor.zeros(context.input(0)).indexAdd(0, indices, scaled);
    return Arrays.asList(whole, null);
  }
}

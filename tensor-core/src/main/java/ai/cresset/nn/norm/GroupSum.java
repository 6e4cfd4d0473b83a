package ai.cresset.nn.norm;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sum of a tensor over all workers of a group. What is trained is the sum of all workers'
 * losses, and each of them depends on each worker's share: the gradient is the sum of the workers'
 * gradients.
 */
record GroupSum(StatisticsGroup group) implements CustomFunction {
  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    return List.of(summed(inputs.get(0)));
  }

  private Tensor summed(Tensor x) {
    Tensor sums = x.dtype() == DType.FLOAT64 ? x.copy() : x.to(DType.FLOAT64);
    group.sum(sums);
    return sums.to(x.dtype());
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    return Arrays.asList(gradient == null ? null : apply(gradient.contiguous()));
  }
}

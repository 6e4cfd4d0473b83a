package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;

/**
 * The index of the element that would be number {@code k}, from 0 on, of a dimension in order; the
 * dimension stays with size 1. The indices of {@code torch.kthvalue}.
 */
public record KthPlace(int dim, long k) implements NotDifferentiable {
  @Override
  public String name() {
    return "kthvalue";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    int at = input.shape().dim(name(), dim);
    return input.withShape(input.shape().with(at, 1)).withDType(DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    int at = output.shape().dim(name(), dim);
    result.backend().kth(inputs.get(0).materialize(), at, k, result.materialize());
    return result;
  }
}

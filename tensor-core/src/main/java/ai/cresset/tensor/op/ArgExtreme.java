package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;

/**
 * The index of the largest or smallest element along a dimension, which stays with size 1 ({@code
 * torch.argmax}, {@code torch.argmin}).
 */
public record ArgExtreme(boolean largest, int dim) implements NotDifferentiable {
  @Override
  public String name() {
    return largest ? "argmax" : "argmin";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    int at = input.shape().dim(name(), dim);
    Spec output = input.withShape(input.shape().with(at, 1)).withDType(DType.INT64);
    Reducing.checkNotEmpty(name(), input.shape(), output.shape());
    return output;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    int at = output.shape().dim(name(), dim);
    result.backend().argReduce(largest, inputs.get(0).materialize(), at, result.materialize());
    return result;
  }
}

package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Where elements are not 0: int64 {@code [count, rank]} in row-major order ({@code torch.nonzero}).
 *
 * @param count how many there are, which the shape rule cannot see
 */
public record Nonzero(long count) implements NotDifferentiable {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    return input.withShape(Shape.of(count, input.shape().rank())).withDType(DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result.backend().nonzero(inputs.get(0).materialize(), result.materialize());
    return result;
  }
}

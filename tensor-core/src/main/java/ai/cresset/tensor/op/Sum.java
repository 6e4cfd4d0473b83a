package ai.cresset.tensor.op;

import ai.cresset.backend.Reduction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sum over dimensions, which stay with size 1 ({@code torch.sum} with {@code keepdim}).
 * Integers and booleans sum in int64.
 */
public record Sum(Shape reduced) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    DType type = inputs.get(0).dtype();
    return inputs.get(0).withShape(reduced).withDType(type.isFloating() ? type : DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result.backend().reduce(Reduction.SUM, inputs.get(0).materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.expand(context.input(0).shape()));
  }
}

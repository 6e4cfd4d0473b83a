package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another element type ({@code Tensor.to(dtype)}). */
public record Cast(DType target) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0).withDType(target);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result.backend().copy(inputs.get(0).materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.to(context.input(0).dtype()));
  }
}

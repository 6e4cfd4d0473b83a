package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row-major copy ({@code torch.clone} with contiguous memory). */
public record Contiguous() implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return inputs.get(0).detachedClone();
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient);
  }
}

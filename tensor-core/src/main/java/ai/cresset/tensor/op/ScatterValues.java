package ai.cresset.tensor.op;

import ai.cresset.backend.Scatter;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the first input with elements of the third laid where the second says ({@code
 * torch.scatter}); of several for one place the last one stays.
 */
public record ScatterValues(int dim) implements SimpleOp {
  @Override
  public String name() {
    return "scatter";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    ScatterAdd.checkOperands(name(), inputs, dim);
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(1));
    return ScatterAdd.scattered(Scatter.REPLACE, dim, inputs);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor index = context.saved(0);
    return Gradients.of(
        needs.input(0)
            ? Dispatch.apply(this, gradient, index, Tensor.zeros(context.input(2)))
            : null,
        null,
        needs.input(2) ? gradient.gather(dim, index) : null);
  }
}

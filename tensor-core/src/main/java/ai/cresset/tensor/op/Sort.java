package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorted elements along a dimension and where they were ({@code torch.sort}). Equal elements keep
 * their order; NaN is larger than all.
 */
public record Sort(int dim, boolean descending) implements Op {
  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec input = inputs.get(0);
    input.shape().dim(name(), dim);
    return List.of(input, input.withDType(DType.INT64));
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor input = inputs.get(0);
    Tensor values = Tensor.empty(outputs.get(0));
    Tensor indices = Tensor.empty(outputs.get(1));
    input
        .backend()
        .sort(
            input.materialize(),
            input.shape().dim(name(), dim),
            descending,
            values.materialize(),
            indices.materialize());
    context.save(indices);
    return List.of(values, indices);
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    return Gradients.of(toTheirPlaces(dim, context, gradients.get(0)));
  }

  /** The gradient of elements, brought back to where the saved indices say they were. */
  static @Nullable Tensor toTheirPlaces(int dim, Context context, @Nullable Tensor gradient) {
    return gradient == null
        ? null
        : Dispatch.apply(new Gather.Embed(dim, context.input(0)), gradient, context.saved(0));
  }
}

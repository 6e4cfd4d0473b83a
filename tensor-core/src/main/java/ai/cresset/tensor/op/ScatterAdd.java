package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the first input with elements of the third added where the second says ({@code
 * torch.scatter_add}).
 */
public record ScatterAdd(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    Spec index = inputs.get(1);
    Spec source = inputs.get(2);
    Gather.checkIndex(name(), input.shape(), index, dim);
    if (!source.shape().equals(index.shape())) {
      throw ShapeException.mismatch(
          name(), "a source of the index's shape " + index.shape(), source.shape());
    }
    if (source.dtype() != input.dtype()) {
      throw DTypeException.mismatch(name(), input.dtype(), source.dtype());
    }
    return input;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor index = inputs.get(1);
    context.save(index);
    Tensor result = inputs.get(0).detachedClone();
    result
        .backend()
        .scatterAdd(
            inputs.get(2).materialize(),
            output.shape().dim(name(), dim),
            index.materialize(),
            result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0) ? gradient : null,
        null,
        needs.input(2) ? gradient.gather(dim, context.saved(0)) : null);
  }
}

package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the first input with slices of the third added by their index along a dimension, in
 * order ({@code torch.index_add}).
 */
public record IndexAdd(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    Spec source = inputs.get(2);
    IndexSelect.checkIndex(name(), inputs.get(1));
    Shape expected = input.shape().with(dim, inputs.get(1).shape().numel());
    if (!source.shape().equals(expected)) {
      throw ShapeException.mismatch(name(), "a source of " + expected, source.shape());
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
        .indexAdd(
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
        needs.input(2) ? gradient.indexSelect(dim, context.saved(0)) : null);
  }
}

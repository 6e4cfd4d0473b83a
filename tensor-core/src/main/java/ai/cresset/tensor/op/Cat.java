package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors one after the other along a dimension ({@code torch.cat}). */
public record Cat(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec first = inputs.get(0);
    long size = 0;
    for (Spec input : inputs) {
      if (input.shape().rank() != first.shape().rank()
          || !input.shape().with(dim, 0).equals(first.shape().with(dim, 0))) {
        throw ShapeException.mismatch(
            name(), "shapes that differ in dim " + dim + " only from " + first.shape(), input);
      }
      if (input.dtype() != first.dtype()) {
        throw DTypeException.mismatch(name(), first.dtype(), input.dtype());
      }
      size += input.shape().size(dim);
    }
    return first.withShape(first.shape().with(dim, size));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    long start = 0;
    for (Tensor input : inputs) {
      long length = input.size(dim);
      try (Tensor place = result.narrow(dim, start, length)) {
        result.backend().copy(input.materialize(), place.materialize());
      }
      start += length;
    }
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    List<@Nullable Tensor> parts = new ArrayList<>(context.numInputs());
    long start = 0;
    for (int i = 0; i < context.numInputs(); i++) {
      long length = context.input(i).shape().size(dim);
      parts.add(needs.input(i) ? gradient.narrow(dim, start, length) : null);
      start += length;
    }
    return parts;
  }
}

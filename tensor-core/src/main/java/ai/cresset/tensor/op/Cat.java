package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tensors one after the other along a dimension ({@code torch.cat}); empty vectors fit anything.
 */
public record Cat(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec first = inputs.get(0);
    for (Spec input : inputs) {
      first = isNothing(first) ? input : first;
    }
    long size = 0;
    for (Spec input : inputs) {
      if (isNothing(input)) {
        continue;
      }
      if (input.shape().rank() != first.shape().rank()
          || !input.shape().with(dim, 0).equals(first.shape().with(dim, 0))) {
        throw ShapeException.mismatch(
            name(),
            "shapes that differ in dim " + dim + " only from the first one's, " + first.shape(),
            input.shape(),
            "reshape or narrow one of them, or use another dim");
      }
      if (input.dtype() != first.dtype()) {
        throw DTypeException.mismatch(name(), first.dtype(), input.dtype());
      }
      size += input.shape().size(dim);
    }
    return first.withShape(first.shape().with(dim, size));
  }

  /** An empty vector fits anything. */
  private static boolean isNothing(Spec input) {
    return input.shape().rank() == 1 && input.shape().numel() == 0;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    long start = 0;
    for (Tensor input : inputs) {
      if (isNothing(input.spec())) {
        continue;
      }
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
      Spec input = context.input(i);
      if (isNothing(input)) {
        parts.add(needs.input(i) ? Tensor.zeros(input) : null);
        continue;
      }
      long length = input.shape().size(dim);
      parts.add(needs.input(i) ? gradient.narrow(dim, start, length) : null);
      start += length;
    }
    return parts;
  }
}

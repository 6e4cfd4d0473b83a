package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number laid around a tensor ({@code F.pad} with mode constant).
 *
 * @param before elements before each dimension, at least 0
 * @param after elements behind each dimension, at least 0
 * @param value the number
 */
public record Pad(Shape before, Shape after, double value) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape shape = inputs.get(0).shape();
    if (shape.rank() != before.rank() || shape.rank() != after.rank()) {
      throw ShapeException.mismatch(name(), "two numbers for each dim of " + shape, before);
    }
    long[] sizes = shape.toArray();
    for (int dim = 0; dim < sizes.length; dim++) {
      sizes[dim] += before.size(dim) + after.size(dim);
    }
    return inputs.get(0).withShape(Shape.of(sizes));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor x = inputs.get(0);
    Tensor result = Tensor.empty(output, MemoryFormat.of(x).strides(output.shape()));
    result.fill_(value);
    try (Tensor place = inner(result, x.shape())) {
      result.backend().copy(x.materialize(), place.materialize());
    }
    return result;
  }

  /** The part of a padded tensor that is not padding. */
  private Tensor inner(Tensor padded, Shape shape) {
    long offset = padded.storageOffset();
    for (int dim = 0; dim < shape.rank(); dim++) {
      offset += before.size(dim) * padded.strides().stride(dim);
    }
    return Tensor.view(padded.storage(), offset, shape, padded.strides(), padded.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor part = gradient;
    for (int dim = 0; dim < before.rank(); dim++) {
      long size = context.input(0).shape().size(dim);
      if (size != part.size(dim)) {
        part = part.narrow(dim, before.size(dim), size);
      }
    }
    return Gradients.of(part);
  }
}

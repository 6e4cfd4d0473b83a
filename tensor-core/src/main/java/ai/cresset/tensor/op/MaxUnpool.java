package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Zeros with elements added at their place in their channel: the gradient of max pooling, and
 * {@code F.max_unpool2d}. Inputs: values {@code [batch, channels, ...]}, places int64 of that
 * shape.
 *
 * @param whole the result's shape
 */
public record MaxUnpool(Shape whole) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec values = inputs.get(0);
    if (inputs.get(1).dtype() != DType.INT64) {
      throw DTypeException.mismatch(name() + " (indices)", DType.INT64, inputs.get(1).dtype());
    }
    if (!inputs.get(1).shape().equals(values.shape())) {
      throw ShapeException.mismatch(
          name(), "an index for each value of " + values.shape(), inputs.get(1).shape());
    }
    return values.withShape(whole);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    MemoryFormat format = MemoryFormat.of(inputs.get(1));
    Tensor result = Tensor.empty(output, format.strides(output.shape()));
    context.save(inputs.get(1));
    result
        .backend()
        .maxPoolBackward(
            inputs.get(0).materialize(), inputs.get(1).materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor places = context.saved(0);
    Tensor picked = flat(gradient).gather(2, flat(places));
    return Gradients.of(picked.reshape(places.shape()), null);
  }

  private static Tensor flat(Tensor images) {
    Shape shape = images.shape();
    long plane = 1;
    for (int dim = 2; dim < shape.rank(); dim++) {
      plane *= shape.size(dim);
    }
    return images.reshape(Shape.of(shape.size(0), shape.size(1), plane));
  }
}

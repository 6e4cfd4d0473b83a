package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Repeats dimensions of size 1 without a copy ({@code Tensor.expand}). */
public record Expand(Shape target) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape shape = inputs.get(0).shape();
    if (!Shape.broadcast(name(), shape, target).equals(target)) {
      throw ShapeException.mismatch(name(), "a shape that " + shape + " broadcasts to", target);
    }
    return inputs.get(0).withShape(target);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    return Tensor.view(
        input.storage(),
        input.storageOffset(),
        target,
        input.strides().broadcast(input.shape(), target),
        input.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(SumTo.shape(gradient, context.input(0).shape()));
  }
}

package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same contiguous elements under another shape ({@code Tensor.view}). */
public record Restride(Shape target) implements SimpleOp {
  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    if (inputs.get(0).shape().numel() != target.numel()) {
      throw ShapeException.mismatch(
          name(),
          "a shape of " + inputs.get(0).shape().numel() + " elements for " + inputs.get(0).shape(),
          target);
    }
    return inputs.get(0).withShape(target);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    return Tensor.view(
        input.storage(), input.storageOffset(), target, Strides.contiguous(target), input.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.reshape(context.input(0).shape()));
  }
}

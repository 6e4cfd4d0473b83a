package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second input in the shape and type of the first, of which nothing is left ({@code
 * Tensor.copy_}).
 */
public record Overwrite() implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec target = inputs.get(0);
    Shape source = inputs.get(1).shape();
    boolean fits = source.rank() <= target.shape().rank();
    if (!fits || !Shape.broadcast(target.shape(), source).equals(target.shape())) {
      throw ShapeException.mismatch(
          "copy_", "a shape that broadcasts to " + target.shape(), source);
    }
    return target;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result
        .backend()
        .copy(inputs.get(1).materialize().broadcast(output.shape()), result.materialize());
    return result;
  }

  @Override
  public boolean savesTensors() {
    return false;
  }

  @Override
  public boolean overwrite(List<Tensor> inputs) {
    Tensor self = inputs.get(0);
    Tensor source = inputs.get(1);
    if (source.storage() == self.storage()) {
      return false;
    }
    self.backend().copy(source.materialize().broadcast(self.shape()), self.materialize());
    return true;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    if (!needs.input(1)) {
      return Gradients.of(null, null);
    }
    Spec source = context.input(1);
    return Gradients.of(null, SumTo.shape(gradient, source.shape()).to(source.dtype()));
  }
}

package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code [batch, m, k] x [batch, k, n] -> [batch, m, n]} ({@code torch.bmm}). */
public record BatchedMatmul() implements SimpleOp {
  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Shape left = inputs.get(0).shape();
    Shape right = inputs.get(1).shape();
    if (left.rank() != 3
        || right.rank() != 3
        || left.size(0) != right.size(0)
        || left.size(2) != right.size(1)) {
      throw ShapeException.mismatch(
          name(), "[batch, m, k] and [batch, k, n]", left + " and " + right);
    }
    if (inputs.get(0).dtype() != inputs.get(1).dtype()) {
      throw DTypeException.mismatch(name(), inputs.get(0).dtype(), inputs.get(1).dtype());
    }
    return inputs.get(0).withShape(Shape.of(left.size(0), left.size(1), right.size(2)));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0), inputs.get(1));
    Tensor result = Tensor.empty(output);
    result
        .backend()
        .matmul(
            inputs.get(0).materialize(), inputs.get(1).materialize(), result.materialize(), false);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0) ? Dispatch.apply(this, gradient, context.saved(1).transpose(1, 2)) : null,
        needs.input(1) ? Dispatch.apply(this, context.saved(0).transpose(1, 2), gradient) : null);
  }
}

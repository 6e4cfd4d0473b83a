package ai.cresset.tensor.op;

import ai.cresset.backend.Scatter;
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
    checkOperands(name(), inputs, dim);
    return inputs.get(0);
  }

  /** A target, an index that fits it, and a source of the index's shape and the target's type. */
  static void checkOperands(String op, List<Spec> inputs, int dim) {
    Spec input = inputs.get(0);
    Spec index = inputs.get(1);
    Spec source = inputs.get(2);
    Gather.checkIndex(op, input.shape(), index, dim);
    if (!source.shape().equals(index.shape())) {
      throw ShapeException.mismatch(
          op, "a source of the index's shape " + index.shape(), source.shape());
    }
    if (source.dtype() != input.dtype()) {
      throw DTypeException.mismatch(op, input.dtype(), source.dtype());
    }
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(1));
    return scattered(Scatter.ADD, dim, inputs);
  }

  /** A copy of the first input with the third scattered onto it. */
  static Tensor scattered(Scatter how, int dim, List<Tensor> inputs) {
    Tensor result = inputs.get(0).detachedClone();
    result
        .backend()
        .scatter(
            how,
            inputs.get(2).materialize(),
            result.shape().dim("scatter", dim),
            inputs.get(1).materialize(),
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

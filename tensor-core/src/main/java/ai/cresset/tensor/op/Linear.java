package ai.cresset.tensor.op;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x W^T + b} ({@code F.linear}): x {@code [..., in]}, weight {@code [out, in]}, bias {@code
 * [out]} or absent, result {@code [..., out]}. The bias is laid into the result first and the
 * product accumulates onto it.
 */
public record Linear() implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    Shape x = inputs.get(0).shape();
    Shape weight = inputs.get(1).shape();
    if (x.rank() < 1 || weight.rank() != 2 || x.size(-1) != weight.size(1)) {
      throw ShapeException.mismatch(
          name(),
          "x [..., in] and weight [out, in] with one in",
          x + " and " + weight,
          "change the input's last dim or the layer's number of inputs");
    }
    if (inputs.size() == 3 && !inputs.get(2).shape().equals(Shape.of(weight.size(0)))) {
      throw ShapeException.mismatch(name(), "bias [" + weight.size(0) + "]", inputs.get(2).shape());
    }
    if (!inputs.get(0).dtype().isFloating()) {
      throw DTypeException.unsupported(name(), inputs.get(0).dtype(), "the floating types");
    }
    for (Spec input : inputs) {
      if (input.dtype() != inputs.get(0).dtype()) {
        throw DTypeException.mismatch(
            name() + " (weight and bias)", inputs.get(0).dtype(), input.dtype());
      }
    }
    return inputs.get(0).withShape(x.with(-1, weight.size(0)));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor x = inputs.get(0);
    Tensor weight = inputs.get(1);
    context.save(x, weight);
    Tensor result = Tensor.empty(output);
    long out = weight.size(0);
    long in = weight.size(1);
    long rows = x.shape().without(-1).numel();
    boolean biased = inputs.size() == 3;
    if (biased) {
      View bias = inputs.get(2).materialize().broadcast(output.shape());
      result.backend().copy(bias, result.materialize());
    }
    try (Scope scope = Scope.open("linear")) {
      View product = View.contiguous(result.storage(), Shape.of(1, rows, out), output.dtype());
      result.backend().matmul(flat(x, rows, in), transposed(weight), product, biased);
    }
    return result;
  }

  private static View flat(Tensor x, long rows, long in) {
    Shape shape = Shape.of(1, rows, in);
    Strides strides = Reshape.strides(x.shape(), x.strides(), shape);
    return strides == null
        ? View.contiguous(x.detachedClone().storage(), shape, x.dtype())
        : new View(x.storage(), x.storageOffset(), shape, strides, x.dtype());
  }

  private static View transposed(Tensor weight) {
    Shape shape = Shape.of(1, weight.size(1), weight.size(0));
    Strides strides = Strides.of(0, weight.strides().stride(1), weight.strides().stride(0));
    return new View(weight.storage(), weight.storageOffset(), shape, strides, weight.dtype());
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    long out = context.input(1).shape().size(0);
    Tensor rows = gradient.reshape(-1, out);
    boolean biased = context.numInputs() == 3;
    Tensor toX = needs.input(0) ? gradient.matmul(context.saved(1)) : null;
    Tensor toWeight =
        needs.input(1)
            ? Dispatch.applyInto(
                needs.place(1),
                new Matmul(),
                rows.t(),
                context.saved(0).reshape(-1, context.input(1).shape().size(1)))
            : null;
    Tensor toBias = biased && needs.input(2) ? rows.sum(new int[] {0}, false) : null;
    return biased ? Gradients.of(toX, toWeight, toBias) : Gradients.of(toX, toWeight);
  }
}

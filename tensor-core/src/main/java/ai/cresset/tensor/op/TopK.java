package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest (or smallest) elements along a dimension, in order, and where they were ({@code
 * torch.topk}): the beginning of what {@link Sort} gives. The first of equal elements win; NaN is
 * larger than all.
 */
public record TopK(int dim, boolean largest, long k) implements Op {
  @Override
  public String name() {
    return "topk";
  }

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec input = inputs.get(0);
    Shape shape = input.shape();
    int at = shape.dim(name(), dim);
    if (k < 0 || k > shape.size(at)) {
      throw ShapeException.mismatch(
          name(), "k of 0 to " + shape.size(at) + ", the size of dim " + at + " of " + shape, k);
    }
    Spec some = input.withShape(shape.with(at, k));
    return List.of(some, some.withDType(DType.INT64));
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor input = inputs.get(0);
    Tensor values = Tensor.empty(outputs.get(0));
    Tensor indices = Tensor.empty(outputs.get(1));
    input
        .backend()
        .sort(
            input.materialize(),
            input.shape().dim(name(), dim),
            largest,
            values.materialize(),
            indices.materialize());
    context.save(indices);
    return List.of(values, indices);
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    return Gradients.of(Sort.toTheirPlaces(dim, context, gradients.get(0)));
  }
}

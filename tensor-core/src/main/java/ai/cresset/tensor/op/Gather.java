package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code output[i][j] = input[index[i][j]][j]} for dim 0 ({@code torch.gather}): one element for
 * each index.
 */
public record Gather(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    checkIndex(name(), inputs.get(0).shape(), inputs.get(1), dim);
    return inputs.get(0).withShape(inputs.get(1).shape());
  }

  /** An int64 index of the rank of {@code shape}, no larger than it except in {@code dim}. */
  static void checkIndex(String op, Shape shape, Spec index, int dim) {
    if (index.dtype() != DType.INT64) {
      throw DTypeException.mismatch(op + " (index)", DType.INT64, index.dtype());
    }
    boolean fits = index.shape().rank() == shape.rank();
    int at = shape.dim(op, dim);
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = i == at || index.shape().size(i) <= shape.size(i);
    }
    if (!fits) {
      throw ShapeException.mismatch(
          op, "an index that fits " + shape + " beside dim " + dim, index.shape());
    }
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor index = inputs.get(1);
    context.save(index);
    Tensor result = Tensor.empty(output);
    result
        .backend()
        .gather(
            inputs.get(0).materialize(),
            output.shape().dim(name(), dim),
            index.materialize(),
            result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        Dispatch.apply(new Embed(dim, context.input(0)), gradient, context.saved(0)), null);
  }

  /** The mirror: zeros of the whole shape with elements added at their index. */
  public record Embed(int dim, Spec whole) implements SimpleOp {
    @Override
    public String name() {
      return "gatherBackward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return whole;
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor index = inputs.get(1);
      context.save(index);
      Tensor result = Tensor.zeros(output);
      result
          .backend()
          .scatterAdd(
              inputs.get(0).materialize(),
              output.shape().dim(name(), dim),
              index.materialize(),
              result.materialize());
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(gradient.gather(dim, context.saved(0)), null);
    }
  }
}

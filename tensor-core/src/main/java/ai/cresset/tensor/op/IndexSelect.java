package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whole slices by their index along a dimension ({@code torch.index_select}). */
public record IndexSelect(int dim) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    checkIndex(name(), inputs.get(1));
    Spec input = inputs.get(0);
    return input.withShape(input.shape().with(dim, inputs.get(1).shape().numel()));
  }

  /** An int64 index of rank 1. */
  static void checkIndex(String op, Spec index) {
    if (index.dtype() != DType.INT64) {
      throw DTypeException.mismatch(op + " (index)", DType.INT64, index.dtype());
    }
    if (index.shape().rank() != 1) {
      throw ShapeException.mismatch(op, "an index of rank 1", index.shape());
    }
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor index = inputs.get(1);
    context.save(index);
    Tensor result = Tensor.empty(output);
    result
        .backend()
        .indexSelect(
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

  /** The mirror: zeros of the whole shape with slices added at their index. */
  public record Embed(int dim, Spec whole) implements SimpleOp {
    @Override
    public String name() {
      return "indexSelectBackward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return whole;
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor index = inputs.get(1);
      context.save(index);
      Tensor result = context.result(output).zero_();
      result
          .backend()
          .indexAdd(
              inputs.get(0).materialize(),
              output.shape().dim(name(), dim),
              index.materialize(),
              result.materialize());
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(gradient.indexSelect(dim, context.saved(0)), null);
    }
  }
}

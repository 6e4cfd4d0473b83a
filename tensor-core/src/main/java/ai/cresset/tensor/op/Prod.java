package ai.cresset.tensor.op;

import ai.cresset.backend.Reduction;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The product over dimensions, which stay with size 1 ({@code torch.prod}). Integers and booleans
 * multiply in int64.
 */
public record Prod(Shape reduced) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    DType type = inputs.get(0).dtype();
    return inputs.get(0).withShape(reduced).withDType(type.isFloating() ? type : DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    result.backend().reduce(Reduction.PROD, inputs.get(0).materialize(), result.materialize());
    context.save(inputs.get(0), result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    boolean zeros = x.detach().eq(0).any(new int[0], false).item() != 0;
    Tensor others = zeros ? others(x) : context.saved(1).div(x);
    return Gradients.of(gradient.mul(others));
  }

  /** The product of all other elements: of those before, times those after. */
  private Tensor others(Tensor x) {
    Shape shape = x.shape();
    int rank = shape.rank();
    int[] order = new int[rank];
    int[] back = new int[rank];
    int at = 0;
    long size = 1;
    for (int pass = 0; pass < 2; pass++) {
      for (int dim = 0; dim < rank; dim++) {
        boolean gone = shape.size(dim) != reduced.size(dim);
        if (gone == (pass == 1)) {
          back[dim] = at;
          order[at++] = dim;
          size *= gone ? shape.size(dim) : 1;
        }
      }
    }
    Tensor moved = x.permute(order);
    Tensor lines = moved.reshape(-1, size);
    Tensor before = exclusive(lines);
    Tensor after = exclusive(lines.flip(1)).flip(1);
    return before.mul(after).reshape(moved.shape()).permute(back);
  }

  /** The product of the elements before each one. */
  private static Tensor exclusive(Tensor lines) {
    Tensor one = Tensor.ones(lines.spec().withShape(Shape.of(lines.size(0), 1)));
    Tensor shifted = Functional.cat(List.of(one, lines.narrow(1, 0, lines.size(1) - 1)), 1);
    return shifted.cumprod(1);
  }
}

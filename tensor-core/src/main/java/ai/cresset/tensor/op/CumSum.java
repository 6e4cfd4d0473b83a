package ai.cresset.tensor.op;

import ai.cresset.backend.Scan;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running sum along a dimension ({@code torch.cumsum}); integers sum in int64. */
public record CumSum(int dim) implements SimpleOp {
  @Override
  public String name() {
    return "cumsum";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    input.shape().dim(name(), dim);
    return input.dtype().isFloating() ? input : input.withDType(DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return scan(Scan.CUMSUM, dim, inputs.get(0), output);
  }

  /** What runs along {@code dim} of {@code input}; a scalar stays what it is. */
  static Tensor scan(Scan scan, int dim, Tensor input, Spec output) {
    Tensor result = Tensor.empty(output);
    if (output.shape().rank() == 0) {
      result.backend().copy(input.materialize(), result.materialize());
      return result;
    }
    int at = output.shape().dim(scan.name(), dim);
    result.backend().scan(scan, input.materialize(), at, result.materialize());
    return result;
  }

  /** Each element reaches all sums from its own on: the total, less the sums before it. */
  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    if (gradient.rank() == 0) {
      return Gradients.of(gradient);
    }
    Tensor total = gradient.sum(new int[] {dim}, true);
    return Gradients.of(total.sub(gradient.cumsum(dim)).add(gradient));
  }
}

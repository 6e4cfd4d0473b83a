package ai.cresset.tensor.op;

import ai.cresset.backend.Reduction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Whether any or every element is not 0 ({@code torch.any}, {@code torch.all}); bytes answer in
 * bytes.
 */
public record Quantify(boolean every, Shape reduced) implements NotDifferentiable {
  @Override
  public String name() {
    return every ? "all" : "any";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    DType type = inputs.get(0).dtype() == DType.UINT8 ? DType.UINT8 : DType.BOOL;
    return inputs.get(0).withShape(reduced).withDType(type);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output);
    Reduction reduction = every ? Reduction.ALL : Reduction.ANY;
    result.backend().reduce(reduction, inputs.get(0).materialize(), result.materialize());
    return result;
  }
}

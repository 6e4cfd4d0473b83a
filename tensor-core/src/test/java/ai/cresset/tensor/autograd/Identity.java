package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.SimpleOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation as users write them: hands a copy of its first input on. */
class Identity implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return inputs.get(0).detachedClone();
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return List.of(gradient);
  }
}

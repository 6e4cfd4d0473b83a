package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Gradients;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.SimpleOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands its input on: a place of its own in the graph, without a copy. */
record Passage(String name) implements SimpleOp {
  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    return Tensor.withEdge(inputs.get(0), null);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient);
  }
}

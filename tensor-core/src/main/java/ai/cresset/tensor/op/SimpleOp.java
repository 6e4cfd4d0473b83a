package ai.cresset.tensor.op;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation with one output. */
public interface SimpleOp extends Op {
  /** The shape and type rule of the one output. */
  Spec rule(List<Spec> inputs);

  /** Computes the one output. */
  Tensor compute(Context context, List<Tensor> inputs, Spec output);

  /** Gradients of the inputs from that of the one output. */
  List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs);

  @Override
  default List<Spec> infer(List<Spec> inputs) {
    return List.of(rule(inputs));
  }

  @Override
  default List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    return List.of(compute(context, inputs, outputs.get(0)));
  }

  @Override
  default List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    if (gradient == null) {
      throw BackwardException.because(name() + ": backward without a gradient");
    }
    return derive(context, gradient, needs);
  }
}

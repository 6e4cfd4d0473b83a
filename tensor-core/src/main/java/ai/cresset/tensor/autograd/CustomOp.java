package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user's function as an operation. Its shape rule is its forward. */
record CustomOp(CustomFunction function) implements Op {
  @Override
  public String name() {
    return function.name();
  }

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    throw new IllegalStateException(name() + " has no shape rule");
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    long[] versions = new long[inputs.size()];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = inputs.get(i).storage().version();
    }
    List<Tensor> results = function.forward(context, inputs);
    if (results.isEmpty()) {
      throw BackwardException.because(name() + ": forward must return at least one tensor");
    }
    for (int i = 0; i < versions.length; i++) {
      if (inputs.get(i).storage().version() != versions[i]) {
        throw BackwardException.because(
            name()
                + ": forward changed its input "
                + i
                + " in place ("
                + inputs.get(i).storage().lastChange()
                + "), which its backward cannot know; compute with a copy()");
      }
    }
    return results;
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    return function.backward(context, gradients, needs);
  }
}

package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;

/** A module from one tensor to one tensor. */
public abstract class Layer extends Module {
  /** Runs the layer; the result belongs to the caller's scope. */
  public final Tensor call(Tensor input) {
    return scoped(List.of(input), inputs -> forward(inputs.get(0)));
  }

  /** Computes the output. What it makes on the way is released when it returns. */
  protected abstract Tensor forward(Tensor input);
}

package ai.cresset.nn;

import ai.cresset.tensor.Tensor;

/** A module from one tensor to one tensor. */
public abstract class Layer extends Module {
  /** Runs the layer; the result belongs to the caller's scope. */
  public final Tensor call(Tensor input) {
    return scoped(() -> forward(input));
  }

  /** Computes the output. What it makes on the way is released when it returns. */
  protected abstract Tensor forward(Tensor input);
}

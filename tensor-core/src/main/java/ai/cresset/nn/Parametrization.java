package ai.cresset.nn;

import ai.cresset.tensor.Tensor;

/**
 * Computes what stands in the place of a module's parameter, from parameters of its own ({@code
 * torch.nn.utils.parametrize}); see {@link Module#parametrize}.
 */
public abstract class Parametrization extends Module {
  /** Computes the tensor; the result belongs to the caller's scope. */
  public final Tensor call() {
    return scoped(this::forward);
  }

  /** Computes the tensor from this module's parameters. */
  protected abstract Tensor forward();
}

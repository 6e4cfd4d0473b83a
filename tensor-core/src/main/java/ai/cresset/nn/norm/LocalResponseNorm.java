package ai.cresset.nn.norm;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;

/**
 * Divides each element by a power of the mean square of neighbouring channels (Krizhevsky et al.
 * 2012, {@code torch.nn.LocalResponseNorm}). Input and output {@code [batch, channels, ...]}.
 */
public final class LocalResponseNorm extends Layer {
  private final int size;
  private final double alpha;
  private final double beta;
  private final double k;

  /** With alpha 1e-4, beta 0.75 and k 1. */
  public LocalResponseNorm(int size) {
    this(size, 1e-4, 0.75, 1);
  }

  /**
   * Divides by {@code (k + alpha * mean of squares)^beta}.
   *
   * @param size neighbouring channels, itself included
   */
  public LocalResponseNorm(int size, double alpha, double beta, double k) {
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Normalizations.localResponseNorm(input, size, alpha, beta, k);
  }

  @Override
  protected String settings() {
    return size + " channels";
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("size", size).number("alpha", alpha).number("beta", beta).number("k", k);
  }
}

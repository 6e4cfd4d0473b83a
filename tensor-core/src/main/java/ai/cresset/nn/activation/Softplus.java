package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code log(1 + e^(beta x)) / beta} ({@code torch.nn.Softplus}). Any shape. */
public final class Softplus extends Layer {
  private final double beta;
  private final double threshold;

  /** With PyTorch's defaults: beta 1, threshold 20. */
  public Softplus() {
    this(1, 20);
  }

  /**
   * Softplus with its settings.
   *
   * @param beta how sharp it turns
   * @param threshold of {@code beta x}; above it the result is x
   */
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.softplus(input, beta, threshold);
  }

  @Override
  protected String settings() {
    return beta + ", " + threshold;
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("beta", beta).number("threshold", threshold);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x brought {@code lambda} closer to 0 ({@code torch.nn.Softshrink}). Any shape. */
public final class Softshrink extends Layer {
  private final double lambda;

  /** With PyTorch's default: lambda 0.5. */
  public Softshrink() {
    this(0.5);
  }

  /**
   * Softshrink with its settings.
   *
   * @param lambda at least 0
   */
  public Softshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.softshrink(input, lambda);
  }

  @Override
  protected String settings() {
    return Double.toString(lambda);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("lambda", lambda);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x above 0, {@code alpha * (e^(x / alpha) - 1)} below ({@code torch.nn.CELU}). Any shape. */
public final class Celu extends Layer {
  private final double alpha;

  /** With PyTorch's default: alpha 1. */
  public Celu() {
    this(1);
  }

  /**
   * Celu with its settings.
   *
   * @param alpha other than 0
   */
  public Celu(double alpha) {
    this.alpha = alpha;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.celu(input, alpha);
  }

  @Override
  protected String settings() {
    return Double.toString(alpha);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("alpha", alpha);
  }
}

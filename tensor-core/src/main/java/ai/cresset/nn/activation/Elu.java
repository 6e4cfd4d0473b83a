package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x above 0, {@code alpha * (e^x - 1)} below ({@code torch.nn.ELU}). Any shape. */
public final class Elu extends Layer {
  private final double alpha;

  /** With PyTorch's default: alpha 1. */
  public Elu() {
    this(1);
  }

  /**
   * Elu with its settings.
   *
   * @param alpha what it falls to, negated
   */
  public Elu(double alpha) {
    this.alpha = alpha;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.elu(input, alpha);
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

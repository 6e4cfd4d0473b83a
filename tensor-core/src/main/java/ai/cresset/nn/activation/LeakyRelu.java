package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x above 0, x times a slope below ({@code torch.nn.LeakyReLU}). Any shape. */
public final class LeakyRelu extends Layer {
  private final double slope;

  /** With PyTorch's default: slope 0.01. */
  public LeakyRelu() {
    this(0.01);
  }

  /**
   * LeakyRelu with its settings.
   *
   * @param slope below 0
   */
  public LeakyRelu(double slope) {
    this.slope = slope;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.leakyRelu(input, slope);
  }

  @Override
  protected String settings() {
    return Double.toString(slope);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("negativeSlope", slope);
  }
}

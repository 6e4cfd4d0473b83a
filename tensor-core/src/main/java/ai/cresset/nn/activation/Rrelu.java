package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x above 0, x times a slope below, random in training ({@code torch.nn.RReLU}). Any shape. */
public final class Rrelu extends Layer {
  private final double lower;
  private final double upper;

  /** With PyTorch's defaults: lower 1.0 / 8, upper 1.0 / 3. */
  public Rrelu() {
    this(1.0 / 8, 1.0 / 3);
  }

  /**
   * Rrelu with its settings.
   *
   * @param lower the least slope
   * @param upper the largest slope; evaluation takes the middle
   */
  public Rrelu(double lower, double upper) {
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.rrelu(input, lower, upper, isTraining());
  }

  @Override
  protected String settings() {
    return lower + ", " + upper;
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("lower", lower).number("upper", upper);
  }
}

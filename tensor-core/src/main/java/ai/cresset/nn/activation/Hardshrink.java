package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** 0 from {@code -lambda} to {@code lambda}, x beyond ({@code torch.nn.Hardshrink}). Any shape. */
public final class Hardshrink extends Layer {
  private final double lambda;

  /** With PyTorch's default: lambda 0.5. */
  public Hardshrink() {
    this(0.5);
  }

  /**
   * Hardshrink with its settings.
   *
   * @param lambda half the width of the gap
   */
  public Hardshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.hardshrink(input, lambda);
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

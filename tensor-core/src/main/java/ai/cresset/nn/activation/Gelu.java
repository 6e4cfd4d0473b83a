package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;

/**
 * {@code x} times the normal distribution function of {@code x} (Hendrycks and Gimpel 2016, {@code
 * torch.nn.GELU}). Any shape.
 */
public final class Gelu extends Layer {
  private final GeluApproximation approximation;

  /** By the error function. */
  public Gelu() {
    this(GeluApproximation.NONE);
  }

  public Gelu(GeluApproximation approximation) {
    this.approximation = approximation;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return input.gelu(approximation);
  }

  @Override
  protected String settings() {
    return approximation == GeluApproximation.NONE ? "" : "approximate by tanh";
  }

  @Override
  public void describe(ModuleDescription description) {
    description.choice("approximate", approximation);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x bounded from both sides ({@code torch.nn.Hardtanh}). Any shape. */
public final class Hardtanh extends Layer {
  private final double low;
  private final double high;

  /** With PyTorch's defaults: low -1, high 1. */
  public Hardtanh() {
    this(-1, 1);
  }

  /**
   * Hardtanh with its settings.
   *
   * @param low the least value
   * @param high the largest value
   */
  public Hardtanh(double low, double high) {
    this.low = low;
    this.high = high;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.hardtanh(input, low, high);
  }

  @Override
  protected String settings() {
    return low + ", " + high;
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("minVal", low).number("maxVal", high);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** x above a threshold, a value elsewhere ({@code torch.nn.Threshold}). Any shape. */
public final class Threshold extends Layer {
  private final double threshold;
  private final double value;

  /**
   * Threshold with its settings.
   *
   * @param threshold what x must exceed
   * @param value what stands for other x
   */
  public Threshold(double threshold, double value) {
    this.threshold = threshold;
    this.value = value;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.threshold(input, threshold, value);
  }

  @Override
  protected String settings() {
    return threshold + ", " + value;
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("threshold", threshold).number("value", value);
  }
}

package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;

/**
 * Dropout that keeps mean and variance of self-normalising networks (Klambauer et al. 2017, {@code
 * torch.nn.AlphaDropout}): elements become SELU's least value, then all are scaled and shifted. Any
 * shape; draws from the thread's generator.
 */
public final class AlphaDropout extends Layer {
  private final double probability;

  /**
   * An alpha dropout.
   *
   * @param probability of an element to be dropped, in [0, 1]
   */
  public AlphaDropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("alpha dropout", probability, "a probability in [0, 1]");
    }
    this.probability = probability;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.alphaDropout(input, probability, isTraining());
  }

  @Override
  protected String settings() {
    return Double.toString(probability);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("probability", probability);
  }
}

package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;

/**
 * Sets elements to 0 at random while training and scales the others up ({@code torch.nn.Dropout}).
 * Any shape; draws from the thread's generator.
 */
public final class Dropout extends Layer {
  private final double probability;

  /**
   * A dropout layer.
   *
   * @param probability of an element to become 0, in [0, 1]
   */
  public Dropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("dropout", probability, "a probability in [0, 1]");
    }
    this.probability = probability;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.dropout(input, probability, isTraining());
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

package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;

/**
 * {@link AlphaDropout} of whole channels ({@code torch.nn.FeatureAlphaDropout}). Input and output
 * {@code [batch, channels, ...]}; draws from the thread's generator.
 */
public final class FeatureAlphaDropout extends Layer {
  private final double probability;

  /** With PyTorch's default: probability 0.5. */
  public FeatureAlphaDropout() {
    this(0.5);
  }

  /**
   * An alpha dropout of channels.
   *
   * @param probability of a channel to be dropped, in [0, 1]
   */
  public FeatureAlphaDropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("alpha dropout", probability, "a probability in [0, 1]");
    }
    this.probability = probability;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.featureAlphaDropout(input, probability, isTraining());
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

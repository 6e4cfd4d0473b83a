package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;

/** What layers share that drop whole channels. */
public abstract sealed class ChannelDropout extends Layer permits Dropout1d, Dropout2d, Dropout3d {
  private final int spatial;
  private final double probability;

  ChannelDropout(int spatial, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("dropout", probability, "a probability in [0, 1]");
    }
    this.spatial = spatial;
    this.probability = probability;
  }

  @Override
  protected final Tensor forward(Tensor input) {
    return Layers.channelDropout(input, spatial, probability, isTraining());
  }

  @Override
  protected final String settings() {
    return Double.toString(probability);
  }

  @Override
  public final void describe(ModuleDescription description) {
    description.number("probability", probability);
  }
}

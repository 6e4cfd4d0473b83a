package ai.cresset.nn.vision;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;

/**
 * Channels turned into places ({@code torch.nn.PixelShuffle}): {@code [..., channels * factor^2,
 * height, width]} to {@code [..., channels, height * factor, width * factor]}.
 */
public final class PixelShuffle extends Layer {
  private final int factor;

  public PixelShuffle(int factor) {
    if (factor < 1) {
      throw ConfigException.value("PixelShuffle.factor", factor, "at least 1");
    }
    this.factor = factor;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Vision.pixelShuffle(input, factor);
  }

  @Override
  protected String settings() {
    return Integer.toString(factor);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("factor", factor);
  }
}

package ai.cresset.nn.vision;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;

/**
 * Places turned into channels ({@code torch.nn.PixelUnshuffle}): {@code [..., channels, height *
 * factor, width * factor]} to {@code [..., channels * factor^2, height, width]}.
 */
public final class PixelUnshuffle extends Layer {
  private final int factor;

  public PixelUnshuffle(int factor) {
    if (factor < 1) {
      throw ConfigException.value("PixelUnshuffle.factor", factor, "at least 1");
    }
    this.factor = factor;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Vision.pixelUnshuffle(input, factor);
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

package ai.cresset.nn.vision;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;

/**
 * The patches under a moving window as columns ({@code torch.nn.Unfold}). Input {@code [batch,
 * channels, height, width]}, output {@code [batch, channels * kernelHeight * kernelWidth, places]},
 * or both without batch.
 */
public final class Unfold extends Layer {
  private final PatchOptions options;

  public Unfold(PatchOptions options) {
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Vision.unfold(input, options);
  }

  @Override
  protected String settings() {
    return "kernel " + options.kernel();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("options", options);
  }
}

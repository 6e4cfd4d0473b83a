package ai.cresset.nn.vision;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;

/**
 * Columns of patches added back where they came from ({@code torch.nn.Fold}). Input {@code [batch,
 * channels * kernelHeight * kernelWidth, places]}, output {@code [batch, channels, height, width]},
 * or both without batch.
 */
public final class Fold extends Layer {
  private final long height;
  private final long width;
  private final PatchOptions options;

  /** Into images of this height and width. */
  public Fold(long height, long width, PatchOptions options) {
    this.height = height;
    this.width = width;
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Vision.fold(input, height, width, options);
  }

  @Override
  protected String settings() {
    return "to " + height + " x " + width + ", kernel " + options.kernel();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("height", height).integer("width", width).options("options", options);
  }
}

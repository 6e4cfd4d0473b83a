package ai.cresset.nn.pooling;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;

/**
 * The largest element of each window ({@code torch.nn.MaxPool3d}). Input and output {@code [batch,
 * channels, depth, height, width]} or without batch.
 */
public final class MaxPool3d extends Layer {

  private final MaxPoolOptions options;

  /** Windows of one size in all dimensions, side by side. */
  public MaxPool3d(int kernel) {
    this(MaxPoolOptions.of(kernel));
  }

  public MaxPool3d(MaxPoolOptions options) {

    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Poolings.maxPool3d(input, options);
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

package ai.cresset.nn.pooling;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;

/**
 * The average of each window ({@code torch.nn.AvgPool2d}). Input and output {@code [batch,
 * channels, height, width]} or without batch.
 */
public final class AvgPool2d extends Layer {

  private final AveragePoolOptions options;

  /** Windows of one size in all dimensions, side by side. */
  public AvgPool2d(int kernel) {
    this(AveragePoolOptions.of(kernel));
  }

  public AvgPool2d(AveragePoolOptions options) {

    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Poolings.avgPool2d(input, options);
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

package ai.cresset.nn.pooling;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;

/**
 * The p-norm of each window ({@code torch.nn.LPPool2d}). Input and output {@code [batch, channels,
 * height, width]} or without batch.
 */
public final class LpPool2d extends Layer {
  private final double power;
  private final AveragePoolOptions options;

  /** Windows of one size in all dimensions, side by side; power is the p of the norm. */
  public LpPool2d(double power, int kernel) {
    this(power, AveragePoolOptions.of(kernel));
  }

  public LpPool2d(double power, AveragePoolOptions options) {
    this.power = power;
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Poolings.lpPool2d(input, power, options);
  }

  @Override
  protected String settings() {
    return "kernel " + options.kernel();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("normType", power).options("options", options);
  }
}

package ai.cresset.nn.pooling;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;

/**
 * Zeros with values put back where max pooling found them ({@code torch.nn.MaxUnpool1d}).
 *
 * <p>Values and indices {@code [batch, channels, length]} or without batch, as {@link
 * Poolings#maxPool1dWithIndices} gives them; each size of the output is {@code (size - 1) stride -
 * 2 padding + kernel} unless another one that was pooled to this is said.
 */
public final class MaxUnpool1d extends Module {
  private final MaxPoolOptions options;

  /** Of windows of one size in all dimensions, side by side. */
  public MaxUnpool1d(int kernel) {
    this(MaxPoolOptions.of(kernel));
  }

  /** The windows that were pooled, without dilation. */
  public MaxUnpool1d(MaxPoolOptions options) {
    this.options = options;
  }

  /**
   * Puts values where the indices say.
   *
   * @param outputSize the spatial sizes that were pooled; none for the least that fits
   */
  public Tensor call(Tensor values, Tensor indices, long... outputSize) {
    return scoped(() -> Poolings.maxUnpool1d(values, indices, options, outputSize));
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

package ai.cresset.nn.pooling;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * The averages of nearly equal parts ({@code torch.nn.AdaptiveAvgPool1d}). Input {@code [batch,
 * channels, length]} or without batch; the output has the given spatial sizes.
 */
public final class AdaptiveAvgPool1d extends Layer {
  private final long[] outputSize;

  /** One size for all dimensions, or one for each; -1 keeps that of the input. */
  public AdaptiveAvgPool1d(long... outputSize) {
    this.outputSize = outputSize.clone();
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Poolings.adaptiveAvgPool1d(input, outputSize);
  }

  @Override
  protected String settings() {
    return "to " + Arrays.toString(outputSize);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integers("outputSize", outputSize);
  }
}

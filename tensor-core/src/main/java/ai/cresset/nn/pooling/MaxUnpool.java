package ai.cresset.nn.pooling;

import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Zeros with values put back where max pooling found them ({@code torch.nn.MaxUnpool1d}, {@code
 * MaxUnpool2d}, {@code MaxUnpool3d}): the output's size says how many dimensions there are.
 *
 * <p>Values and indices {@code [batch, channels, ...]} or without batch, as {@code
 * Poolings.maxPool2dWithIndices} and its kin give them.
 */
public final class MaxUnpool extends Module {
  private final long[] outputSize;

  /** To these spatial sizes: those that were pooled. */
  public MaxUnpool(long... outputSize) {
    this.outputSize = outputSize.clone();
  }

  /** Puts values where the indices say. */
  public Tensor call(Tensor values, Tensor indices) {
    return scoped(() -> Poolings.maxUnpool(values, indices, outputSize));
  }

  @Override
  protected String settings() {
    return "to " + Arrays.toString(outputSize);
  }
}

package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays its first and last elements around the input ({@code torch.nn.ReplicationPad2d}). Input and
 * output {@code [batch, channels, height, width]} or without batch.
 */
public final class ReplicationPad2d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ReplicationPad2d(long... pad) {
    super(2, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.REPLICATE, pad());
  }
}

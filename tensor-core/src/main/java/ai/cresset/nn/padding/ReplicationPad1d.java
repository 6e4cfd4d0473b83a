package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays its first and last elements around the input ({@code torch.nn.ReplicationPad1d}). Input and
 * output {@code [batch, channels, length]} or without batch.
 */
public final class ReplicationPad1d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ReplicationPad1d(long... pad) {
    super(1, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.REPLICATE, pad());
  }
}

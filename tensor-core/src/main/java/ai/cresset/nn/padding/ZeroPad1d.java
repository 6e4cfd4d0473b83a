package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.tensor.Tensor;

/**
 * Lays zeros around the input ({@code torch.nn.ZeroPad1d}). Input and output {@code [batch,
 * channels, length]} or without batch.
 */
public final class ZeroPad1d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ZeroPad1d(long... pad) {
    super(1, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, pad());
  }
}

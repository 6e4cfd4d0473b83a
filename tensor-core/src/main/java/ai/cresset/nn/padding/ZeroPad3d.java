package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.tensor.Tensor;

/**
 * Lays zeros around the input ({@code torch.nn.ZeroPad3d}). Input and output {@code [batch,
 * channels, depth, height, width]} or without batch.
 */
public final class ZeroPad3d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ZeroPad3d(long... pad) {
    super(3, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, pad());
  }
}

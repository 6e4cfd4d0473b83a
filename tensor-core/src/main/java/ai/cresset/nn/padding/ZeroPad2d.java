package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.tensor.Tensor;

/**
 * Lays zeros around the input ({@code torch.nn.ZeroPad2d}). Input and output {@code [batch,
 * channels, height, width]} or without batch.
 */
public final class ZeroPad2d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ZeroPad2d(long... pad) {
    super(2, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, pad());
  }
}

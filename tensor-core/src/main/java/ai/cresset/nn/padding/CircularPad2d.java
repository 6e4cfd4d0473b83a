package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays the elements of its other end around the input ({@code torch.nn.CircularPad2d}). Input and
 * output {@code [batch, channels, height, width]} or without batch.
 */
public final class CircularPad2d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public CircularPad2d(long... pad) {
    super(2, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.CIRCULAR, pad());
  }
}

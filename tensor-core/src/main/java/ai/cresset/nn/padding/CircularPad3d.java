package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays the elements of its other end around the input ({@code torch.nn.CircularPad3d}). Input and
 * output {@code [batch, channels, depth, height, width]} or without batch.
 */
public final class CircularPad3d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public CircularPad3d(long... pad) {
    super(3, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.CIRCULAR, pad());
  }
}

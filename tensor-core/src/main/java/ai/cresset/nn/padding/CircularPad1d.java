package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays the elements of its other end around the input ({@code torch.nn.CircularPad1d}). Input and
 * output {@code [batch, channels, length]} or without batch.
 */
public final class CircularPad1d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public CircularPad1d(long... pad) {
    super(1, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.CIRCULAR, pad());
  }
}

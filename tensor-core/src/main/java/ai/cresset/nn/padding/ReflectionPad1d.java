package ai.cresset.nn.padding;

import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * Lays the input mirrored at its ends around the input ({@code torch.nn.ReflectionPad1d}). Input
 * and output {@code [batch, channels, length]} or without batch.
 */
public final class ReflectionPad1d extends PaddingLayer {
  /** Pads as {@link PaddingLayer} takes it. */
  public ReflectionPad1d(long... pad) {
    super(1, pad);
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.pad(input, PaddingMode.REFLECT, pad());
  }
}

package ai.cresset.nn.padding;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Padding;
import ai.cresset.tensor.Tensor;

/**
 * Lays a number around the input ({@code torch.nn.ConstantPad1d}). Input and output {@code [batch,
 * channels, length]} or without batch.
 */
public final class ConstantPad1d extends PaddingLayer {
  private final double value;

  /** Lays {@code value} around; {@code pad} as {@link PaddingLayer} takes it. */
  public ConstantPad1d(double value, long... pad) {
    super(1, pad);
    this.value = value;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Padding.constant(input, value, pad());
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integers("padding", pad()).number("value", value);
  }
}

package ai.cresset.nn.padding;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Padding;
import ai.cresset.tensor.Tensor;

/**
 * Lays a number around the input ({@code torch.nn.ConstantPad3d}). Input and output {@code [batch,
 * channels, depth, height, width]} or without batch.
 */
public final class ConstantPad3d extends PaddingLayer {
  private final double value;

  /** Lays {@code value} around; {@code pad} as {@link PaddingLayer} takes it. */
  public ConstantPad3d(double value, long... pad) {
    super(3, pad);
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

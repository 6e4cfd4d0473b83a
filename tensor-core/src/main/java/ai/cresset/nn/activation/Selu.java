package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** A scaled exponential unit that normalises itself ({@code torch.nn.SELU}). Any shape. */
public final class Selu extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.selu(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code relu6(x + 3) / 6} ({@code torch.nn.Hardsigmoid}). Any shape. */
public final class Hardsigmoid extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.hardsigmoid(input);
  }
}

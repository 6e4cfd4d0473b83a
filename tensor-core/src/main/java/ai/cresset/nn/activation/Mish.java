package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code x * tanh(softplus(x))} ({@code torch.nn.Mish}). Any shape. */
public final class Mish extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.mish(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code x - tanh(x)} ({@code torch.nn.Tanhshrink}). Any shape. */
public final class Tanhshrink extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.tanhshrink(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code x * sigmoid(x)} ({@code torch.nn.SiLU}). Any shape. */
public final class Silu extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.silu(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code x / (1 + |x|)} ({@code torch.nn.Softsign}). Any shape. */
public final class Softsign extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.softsign(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;

/** {@code 1 / (1 + e^-x)} ({@code torch.nn.Sigmoid}). Any shape. */
public final class Sigmoid extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return input.sigmoid();
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;

/** {@code max(x, 0)} ({@code torch.nn.ReLU}). Any shape. */
public final class Relu extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return input.relu();
  }
}

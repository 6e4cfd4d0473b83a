package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code min(max(x, 0), 6)} ({@code torch.nn.ReLU6}). Any shape. */
public final class Relu6 extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.relu6(input);
  }
}

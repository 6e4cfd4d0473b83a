package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;

/** The hyperbolic tangent ({@code torch.nn.Tanh}). Any shape. */
public final class Tanh extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return input.tanh();
  }
}

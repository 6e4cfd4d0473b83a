package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;

/** Its input ({@code torch.nn.Identity}). Any shape. */
public final class Identity extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return input;
  }
}

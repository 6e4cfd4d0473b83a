package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;

/**
 * One dimension in place of all but the first ({@code torch.nn.Flatten}): {@code [batch, ...]} to
 * {@code [batch, size]}.
 */
public final class Flatten extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return input.flatten(1, -1);
  }
}

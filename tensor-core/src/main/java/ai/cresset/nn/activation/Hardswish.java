package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code x * relu6(x + 3) / 6} ({@code torch.nn.Hardswish}). Any shape. */
public final class Hardswish extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.hardswish(input);
  }
}

package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code log(sigmoid(x))} without overflow ({@code torch.nn.LogSigmoid}). Any shape. */
public final class LogSigmoid extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    return Activations.logSigmoid(input);
  }
}

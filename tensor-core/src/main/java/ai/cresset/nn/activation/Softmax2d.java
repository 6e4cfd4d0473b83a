package ai.cresset.nn.activation;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/**
 * Softmax over the channels of each place ({@code torch.nn.Softmax2d}). Input and output {@code
 * [batch, channels, height, width]} or without batch.
 */
public final class Softmax2d extends Layer {
  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() != 3 && input.rank() != 4) {
      throw ShapeException.mismatch(
          "Softmax2d", "[batch, channels, height, width] (or without batch)", input.shape());
    }
    return Activations.softmax(input, -3);
  }
}

package ai.cresset.nn.recurrent;

import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of {@link Gru} ({@code torch.nn.GRUCell}). Input {@code [batch, inputSize]}, state and
 * result {@code [batch, hiddenSize]}, or without batch. Parameters as {@link RecurrentCell} says,
 * with three gates.
 */
public final class GruCell extends RecurrentCell {
  /** With biases. */
  public GruCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, Placement.DEFAULT);
  }

  public GruCell(long inputSize, long hiddenSize, boolean bias, Placement placement) {
    super(3, inputSize, hiddenSize, bias, placement);
  }

  /** A step from a state of zeros. */
  public Tensor call(Tensor input) {
    return call(input, null);
  }

  /** A step; a null state is zeros. */
  public Tensor call(Tensor input, @Nullable Tensor hidden) {
    return scoped(
        () -> {
          CellWeights<Tensor> weights = weights();
          return Steps.gru(weights, projected(weights, input), state(hidden, input));
        });
  }
}

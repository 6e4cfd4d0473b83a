package ai.cresset.nn.recurrent;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of {@link Rnn} ({@code torch.nn.RNNCell}). Input {@code [batch, inputSize]}, state and
 * result {@code [batch, hiddenSize]}, or without batch. Parameters as {@link RecurrentCell} says,
 * with one gate.
 */
public final class RnnCell extends RecurrentCell {
  private final Nonlinearity nonlinearity;

  /** With biases and tanh. */
  public RnnCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, Nonlinearity.TANH, Placement.DEFAULT);
  }

  public RnnCell(
      long inputSize,
      long hiddenSize,
      boolean bias,
      Nonlinearity nonlinearity,
      Placement placement) {
    super(1, inputSize, hiddenSize, bias, placement);
    this.nonlinearity = nonlinearity;
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
          Tensor contribution = projected(weights, input);
          return Steps.rnn(weights, contribution, state(hidden, input), nonlinearity);
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    super.describe(description);
    description.choice("nonlinearity", nonlinearity);
  }
}

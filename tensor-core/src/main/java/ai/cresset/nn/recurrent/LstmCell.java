package ai.cresset.nn.recurrent;

import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of {@link Lstm} ({@code torch.nn.LSTMCell}). Input {@code [batch, inputSize]}, states
 * {@code [batch, hiddenSize]}, or without batch. Parameters as {@link RecurrentCell} says, with
 * four gates.
 */
public final class LstmCell extends RecurrentCell {
  /** With biases. */
  public LstmCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, Placement.DEFAULT);
  }

  public LstmCell(long inputSize, long hiddenSize, boolean bias, Placement placement) {
    super(4, inputSize, hiddenSize, bias, placement);
  }

  /** A step from states of zeros. */
  public LstmState call(Tensor input) {
    return call(input, null);
  }

  /** A step; a null state is zeros. */
  public LstmState call(Tensor input, @Nullable LstmState state) {
    return scopedTree(
        () -> {
          CellWeights<Tensor> weights = weights();
          Tensor contribution = projected(weights, input);
          Tensor hidden = state(state == null ? null : state.hidden(), input);
          Tensor cell = state(state == null ? null : state.cell(), input);
          List<Tensor> next = Steps.lstm(weights, contribution, hidden, cell);
          return new LstmState(next.get(0), next.get(1));
        });
  }
}

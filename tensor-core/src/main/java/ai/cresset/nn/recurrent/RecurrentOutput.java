package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * What {@link Rnn} and {@link Gru} give.
 *
 * @param output the last layer's states at all times, directions beside each other: {@code [time,
 *     batch, directions * hidden]}, batch first where the layer is
 * @param hidden each layer's and direction's last state: {@code [layers * directions, batch,
 *     hidden]}
 */
public record RecurrentOutput(Tensor output, Tensor hidden) implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(output, hidden);
  }
}

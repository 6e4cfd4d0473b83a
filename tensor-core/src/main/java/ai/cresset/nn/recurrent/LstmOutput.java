package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * What {@link Lstm} gives.
 *
 * @param output the last layer's hidden states at all times, directions beside each other: {@code
 *     [time, batch, directions * size]}, batch first where the layer is; size is that of the
 *     projection if there is one, else that of hidden states
 * @param hidden each layer's and direction's last hidden state: {@code [layers * directions, batch,
 *     size]}
 * @param cell each layer's and direction's last cell state: {@code [layers * directions, batch,
 *     hidden]}
 */
public record LstmOutput(Tensor output, Tensor hidden, Tensor cell)
    implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(output, hidden, cell);
  }
}

package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * The state of a step of {@link LstmCell}.
 *
 * @param hidden {@code [batch, hidden]}
 * @param cell {@code [batch, hidden]}
 */
public record LstmState(Tensor hidden, Tensor cell) implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(hidden, cell);
  }
}

package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link Rnn} and {@link Gru} give for packed sequences.
 *
 * @param output the last layer's states, packed like the input
 * @param hidden each layer's and direction's state at the end of each sequence, in the batch's
 *     order: {@code [layers * directions, batch, hidden]}
 */
public record PackedRecurrentOutput(PackedSequence output, Tensor hidden)
    implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(output.tensors());
    all.add(hidden);
    return all;
  }
}

package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link Lstm} gives for packed sequences.
 *
 * @param output the last layer's hidden states, packed like the input
 * @param hidden each layer's and direction's hidden state at the end of each sequence, in the
 *     batch's order: {@code [layers * directions, batch, size]}
 * @param cell the same of cell states: {@code [layers * directions, batch, hidden]}
 */
public record PackedLstmOutput(PackedSequence output, Tensor hidden, Tensor cell)
    implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(output.tensors());
    all.add(hidden);
    all.add(cell);
    return all;
  }
}

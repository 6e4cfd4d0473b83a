package ai.cresset.nn.recurrent;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Sequences of several lengths with padding behind the shorter ones.
 *
 * @param data {@code [time, batch, ...]} or {@code [batch, time, ...]}
 * @param lengths int64 {@code [batch]}, on the CPU
 */
public record PaddedSequence(Tensor data, Tensor lengths) implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(data, lengths);
  }
}

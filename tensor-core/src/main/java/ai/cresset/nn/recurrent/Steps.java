package ai.cresset.nn.recurrent;

import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * One step of each kind of cell. {@code input} is what the input contributes to all gates, {@code
 * [batch, gates * hidden]}; states are {@code [batch, hidden]}.
 */
final class Steps {
  private Steps() {}

  static Tensor rnn(CellWeights<Tensor> weights, Tensor input, Tensor hidden, Nonlinearity how) {
    return how.of(input.add(Layers.linear(hidden, weights.hidden(), weights.hiddenBias())));
  }

  /** Gates: reset, update, new. */
  static Tensor gru(CellWeights<Tensor> weights, Tensor input, Tensor hidden) {
    long size = hidden.size(-1);
    long[] parts = {2 * size, size};
    List<Tensor> given = input.split(parts, -1);
    List<Tensor> recalled =
        Layers.linear(hidden, weights.hidden(), weights.hiddenBias()).split(parts, -1);
    List<Tensor> gates = given.get(0).add(recalled.get(0)).sigmoid().split(size, -1);
    Tensor fresh = given.get(1).add(gates.get(0).mul(recalled.get(1))).tanh();
    return fresh.add(gates.get(1).mul(hidden.sub(fresh)));
  }

  /** Gates: input, forget, cell, output. Gives the hidden state and the cell state. */
  static List<Tensor> lstm(CellWeights<Tensor> weights, Tensor input, Tensor hidden, Tensor cell) {
    Tensor recalled = Layers.linear(hidden, weights.hidden(), weights.hiddenBias());
    List<Tensor> gates = input.add(recalled).split(cell.size(-1), -1);
    Tensor kept = gates.get(1).sigmoid().mul(cell);
    Tensor written = gates.get(0).sigmoid().mul(gates.get(2).tanh());
    Tensor next = kept.add(written);
    Tensor shown = gates.get(3).sigmoid().mul(next.tanh());
    Tensor projection = weights.projection();
    return List.of(projection == null ? shown : Layers.linear(shown, projection, null), next);
  }
}

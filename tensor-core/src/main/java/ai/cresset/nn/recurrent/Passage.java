package ai.cresset.nn.recurrent;

import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How one direction of one layer goes through time. */
sealed interface Passage {
  /** One step: the next states from what the input contributes and the last ones. */
  interface Step {
    List<Tensor> of(CellWeights<Tensor> weights, Tensor input, List<Tensor> states);
  }

  /**
   * What a passage gives.
   *
   * @param outputs the hidden states at all times, in the shape of the input
   * @param last the states at the end of each sequence
   */
  record Passed(Tensor outputs, List<Tensor> last) {}

  Passed through(
      Step step,
      CellWeights<Tensor> weights,
      Tensor sequence,
      List<Tensor> begin,
      boolean backward);

  /** Sequences of one length, time first. */
  record Even() implements Passage {
    @Override
    public Passed through(
        Step step,
        CellWeights<Tensor> weights,
        Tensor sequence,
        List<Tensor> begin,
        boolean backward) {
      // One product for all times; only what depends on the last state is left for the steps.
      Tensor contributions = Layers.linear(sequence, weights.input(), weights.inputBias());
      List<Tensor> inputs = new ArrayList<>(contributions.unbind(0));
      if (backward) {
        Collections.reverse(inputs);
      }
      List<Tensor> outputs = new ArrayList<>();
      List<Tensor> states = begin;
      for (Tensor input : inputs) {
        states = step.of(weights, input, states);
        outputs.add(states.get(0));
      }
      if (backward) {
        Collections.reverse(outputs);
      }
      return new Passed(Functional.stack(outputs, 0), states);
    }
  }

  /**
   * Packed sequences, longest first: forward, sequences end one after the other; backward, they
   * join one after the other.
   *
   * @param batchSizes how many have an element at each time
   */
  record Packed(List<Long> batchSizes) implements Passage {
    @Override
    public Passed through(
        Step step,
        CellWeights<Tensor> weights,
        Tensor sequence,
        List<Tensor> begin,
        boolean backward) {
      long[] sizes = batchSizes.stream().mapToLong(Long::longValue).toArray();
      List<Tensor> inputs =
          Layers.linear(sequence, weights.input(), weights.inputBias()).split(sizes, 0);
      return backward
          ? backward(step, weights, inputs, begin, sizes)
          : forward(step, weights, inputs, begin, sizes);
    }

    private static Passed forward(
        Step step,
        CellWeights<Tensor> weights,
        List<Tensor> inputs,
        List<Tensor> begin,
        long[] sizes) {
      List<Tensor> outputs = new ArrayList<>();
      List<List<Tensor>> ended = new ArrayList<>();
      List<Tensor> states = begin;
      for (int time = 0; time < sizes.length; time++) {
        long before = time == 0 ? sizes[0] : sizes[time - 1];
        if (before > sizes[time]) {
          ended.add(rows(states, sizes[time], before));
          states = rows(states, 0, sizes[time]);
        }
        states = step.of(weights, inputs.get(time), states);
        outputs.add(states.get(0));
      }
      ended.add(states);
      Collections.reverse(ended);
      return new Passed(Functional.cat(outputs, 0), joined(ended));
    }

    private static Passed backward(
        Step step,
        CellWeights<Tensor> weights,
        List<Tensor> inputs,
        List<Tensor> begin,
        long[] sizes) {
      List<Tensor> outputs = new ArrayList<>();
      long going = sizes[sizes.length - 1];
      List<Tensor> states = rows(begin, 0, going);
      for (int time = sizes.length - 1; time >= 0; time--) {
        if (sizes[time] > going) {
          states = joined(List.of(states, rows(begin, going, sizes[time])));
          going = sizes[time];
        }
        states = step.of(weights, inputs.get(time), states);
        outputs.add(states.get(0));
      }
      Collections.reverse(outputs);
      return new Passed(Functional.cat(outputs, 0), states);
    }

    private static List<Tensor> rows(List<Tensor> states, long from, long to) {
      return states.stream().map(each -> each.narrow(0, from, to - from)).toList();
    }

    /** Rows of several groups below each other, for each kind of state. */
    private static List<Tensor> joined(List<List<Tensor>> groups) {
      List<Tensor> all = new ArrayList<>();
      for (int kind = 0; kind < groups.get(0).size(); kind++) {
        int at = kind;
        all.add(Functional.cat(groups.stream().map(each -> each.get(at)).toList(), 0));
      }
      return all;
    }
  }
}

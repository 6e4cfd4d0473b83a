package ai.cresset.nn.recurrent;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What recurrent layers share: parameters, layers, directions, the way through time.
 *
 * <p>Input {@code [time, batch, inputSize]}, with {@link RecurrentOptions#batchFirst()} {@code
 * [batch, time, inputSize]}, or without batch {@code [time, inputSize]}; or sequences of several
 * lengths as a {@link PackedSequence} of {@code [elements, inputSize]}.
 *
 * <p>Parameters of layer k, all uniform within {@code 1 / sqrt(hiddenSize)}: {@code weight_ih_lk}
 * {@code [gates * hidden, inputs]}, {@code weight_hh_lk} {@code [gates * hidden, outputs]}, where
 * wanted {@code bias_ih_lk} and {@code bias_hh_lk} {@code [gates * hidden]}, and with a projection
 * {@code weight_hr_lk} {@code [outputs, hidden]}. Names of the second direction end with {@code
 * _reverse}.
 */
public abstract sealed class RecurrentLayer extends Module permits Rnn, Gru, Lstm {
  private final long inputSize;
  private final long hiddenSize;
  private final long outputSize;
  private final RecurrentOptions options;
  private final List<CellWeights<Parameter>> cells = new ArrayList<>();

  RecurrentLayer(
      int gates,
      long inputSize,
      long hiddenSize,
      long projectionSize,
      RecurrentOptions options,
      Placement placement) {
    if (inputSize < 1 || hiddenSize < 1) {
      throw ConfigException.value(
          "recurrent sizes", inputSize + " -> " + hiddenSize, "sizes of at least 1");
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = projectionSize > 0 ? projectionSize : hiddenSize;
    this.options = options;
    for (int layer = 0; layer < options.numLayers(); layer++) {
      long inputs = layer == 0 ? inputSize : outputSize * options.numDirections();
      for (int direction = 0; direction < options.numDirections(); direction++) {
        String end = "_l" + layer + (direction == 0 ? "" : "_reverse");
        long all = gates * hiddenSize;
        boolean bias = options.bias();
        cells.add(
            new CellWeights<>(
                drawn("weight_ih" + end, placement.spec(all, inputs)),
                drawn("weight_hh" + end, placement.spec(all, outputSize)),
                bias ? drawn("bias_ih" + end, placement.spec(all)) : null,
                bias ? drawn("bias_hh" + end, placement.spec(all)) : null,
                projectionSize > 0
                    ? drawn("weight_hr" + end, placement.spec(outputSize, hiddenSize))
                    : null));
      }
    }
  }

  private Parameter drawn(String name, Spec spec) {
    Parameter made = parameter(name, Tensor.empty(spec));
    double bound = 1 / Math.sqrt((double) hiddenSize);
    Init.uniform(made, -bound, bound);
    return made;
  }

  /** One step: the next states from what the input contributes and the last ones, hidden first. */
  abstract List<Tensor> step(CellWeights<Tensor> weights, Tensor input, List<Tensor> states);

  /**
   * A direction of a layer over sequences of one length, time first, all steps together; null where
   * steps are run one by one.
   */
  Passage.@Nullable Passed together(
      CellWeights<Tensor> weights, Tensor sequence, List<Tensor> begin, boolean backward) {
    return null;
  }

  /**
   * Runs all layers.
   *
   * @param states of {@code [layers * directions, batch, size]} each, hidden first; null for zeros
   * @return the output and the last states, in the shapes of input and states
   */
  final List<Tensor> run(Tensor input, @Nullable Tensor... states) {
    checkInput(input);
    boolean single = input.rank() == 2;
    int time = options.batchFirst() ? 1 : 0;
    int batch = 1 - time;
    Tensor sequence = single ? input.unsqueeze(batch) : input;
    List<List<Tensor>> first = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      Tensor given = states[i];
      Tensor begin = given != null && single && given.rank() == 2 ? given.unsqueeze(1) : given;
      first.add(firstStates(i, begin, sequence, sequence.size(batch)));
    }
    // Steps read and write memory in one run where time comes first.
    Tensor timeFirst = time == 0 ? sequence : sequence.transpose(0, 1).contiguous();
    List<Tensor> results = new ArrayList<>(layers(new Passage.Even(), timeFirst, first));
    if (time == 1) {
      results.set(0, results.get(0).transpose(0, 1));
    }
    if (!single) {
      return results;
    }
    List<Tensor> apart = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      apart.add(results.get(i).squeeze(i == 0 ? batch : 1));
    }
    return apart;
  }

  /**
   * Runs all layers over packed sequences.
   *
   * @param states in the batch's order; null for zeros
   * @return the data of the output, and the last states in the batch's order
   */
  final List<Tensor> run(PackedSequence input, @Nullable Tensor... states) {
    Tensor data = input.data();
    if (data.rank() != 2 || data.size(1) != inputSize || data.size(0) == 0) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(),
          "packed data [elements, " + inputSize + "] with at least one element",
          data.shape());
    }
    List<Long> sizes = Arrays.stream(input.batchSizes().toLongArray()).boxed().toList();
    Tensor order = input.sortedIndices();
    List<List<Tensor>> first = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      Tensor given = states[i];
      Tensor begin = given == null || order == null ? given : given.indexSelect(1, order);
      first.add(firstStates(i, begin, data, sizes.get(0)));
    }
    List<Tensor> results = layers(new Passage.Packed(sizes), data, first);
    Tensor back = input.unsortedIndices();
    if (back == null) {
      return results;
    }
    List<Tensor> ordered = new ArrayList<>(List.of(results.get(0)));
    results.subList(1, results.size()).forEach(each -> ordered.add(each.indexSelect(1, back)));
    return ordered;
  }

  /** Runs all layers from these states; gives the output and the last states of each kind. */
  private List<Tensor> layers(Passage passage, Tensor input, List<List<Tensor>> first) {
    Tensor sequence = input;
    List<List<Tensor>> last = new ArrayList<>();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      if (layer > 0) {
        sequence = Layers.dropout(sequence, options.dropout(), isTraining());
      }
      List<Tensor> directions = new ArrayList<>();
      for (int direction = 0; direction < options.numDirections(); direction++) {
        int cell = last.size();
        List<Tensor> begin = first.stream().map(each -> each.get(cell)).toList();
        CellWeights<Tensor> weights = cells.get(cell).map(this::value);
        boolean backward = direction == 1;
        Passage.Passed passed =
            passage instanceof Passage.Even ? together(weights, sequence, begin, backward) : null;
        if (passed == null) {
          passed = passage.through(this::step, weights, sequence, begin, backward);
        }
        last.add(passed.last());
        directions.add(passed.outputs());
      }
      sequence = directions.size() == 1 ? directions.get(0) : Functional.cat(directions, -1);
    }
    List<Tensor> results = new ArrayList<>(List.of(sequence));
    for (int i = 0; i < first.size(); i++) {
      int kind = i;
      results.add(Functional.stack(last.stream().map(each -> each.get(kind)).toList(), 0));
    }
    return results;
  }

  private List<Tensor> firstStates(int kind, @Nullable Tensor given, Tensor input, long batch) {
    long size = kind == 0 ? outputSize : hiddenSize;
    if (given == null) {
      Tensor zeros = Tensor.zeros(input.spec().withShape(Shape.of(batch, size)));
      return Collections.nCopies(cells.size(), zeros);
    }
    Shape expected = Shape.of(cells.size(), batch, size);
    if (!given.shape().equals(expected)) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(),
          "a state [layers * directions, batch, size] of " + expected,
          given.shape());
    }
    return given.unbind(0);
  }

  private void checkInput(Tensor input) {
    boolean fits = input.rank() == 2 || input.rank() == 3;
    int time = options.batchFirst() && input.rank() == 3 ? 1 : 0;
    if (!fits || input.size(-1) != inputSize || input.size(time) == 0) {
      String order = options.batchFirst() ? "[batch, time, " : "[time, batch, ";
      throw ShapeException.mismatch(
          getClass().getSimpleName(),
          order + inputSize + "] with at least one time (or without batch)",
          input.shape());
    }
  }

  @Override
  protected String settings() {
    return inputSize
        + " -> "
        + hiddenSize
        + (outputSize == hiddenSize ? "" : " -> " + outputSize)
        + (options.numLayers() == 1 ? "" : ", " + options.numLayers() + " layers")
        + (options.bidirectional() ? ", both directions" : "");
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("inputSize", inputSize)
        .integer("hiddenSize", hiddenSize)
        .integer("projectionSize", outputSize == hiddenSize ? 0 : outputSize)
        .options("options", options);
  }
}

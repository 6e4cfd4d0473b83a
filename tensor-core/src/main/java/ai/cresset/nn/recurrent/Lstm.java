package ai.cresset.nn.recurrent;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, {@code torch.nn.LSTM}), where wanted
 * with projected outputs (Sak et al. 2014). Shapes and parameters as {@link RecurrentLayer} says,
 * with four gates: input, forget, cell, output.
 */
public final class Lstm extends RecurrentLayer {
  /** One layer. */
  public Lstm(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT);
  }

  public Lstm(long inputSize, long hiddenSize, RecurrentOptions options) {
    this(inputSize, hiddenSize, 0, options, Placement.DEFAULT);
  }

  /**
   * Long short-term memory.
   *
   * @param projectionSize the size of projected outputs, less than {@code hiddenSize}; 0 for none
   */
  public Lstm(
      long inputSize,
      long hiddenSize,
      long projectionSize,
      RecurrentOptions options,
      Placement placement) {
    super(4, inputSize, hiddenSize, checked(projectionSize, hiddenSize), options, placement);
  }

  private static long checked(long projectionSize, long hiddenSize) {
    if (projectionSize < 0 || projectionSize >= hiddenSize) {
      throw ConfigException.value(
          "Lstm.projectionSize", projectionSize, "less than hiddenSize = " + hiddenSize);
    }
    return projectionSize;
  }

  /** Runs over sequences from states of zeros. */
  public LstmOutput call(Tensor input) {
    return call(input, null, null);
  }

  /**
   * Runs over sequences.
   *
   * @param hidden {@code [layers * directions, batch, output]}, null for zeros
   * @param cell {@code [layers * directions, batch, hidden]}, null for zeros
   */
  public LstmOutput call(Tensor input, @Nullable Tensor hidden, @Nullable Tensor cell) {
    return scopedTree(
        () -> {
          List<Tensor> results = run(input, hidden, cell);
          return new LstmOutput(results.get(0), results.get(1), results.get(2));
        });
  }

  /** Runs over sequences of several lengths from states of zeros. */
  public PackedLstmOutput call(PackedSequence input) {
    return call(input, null, null);
  }

  /**
   * Runs over sequences of several lengths; states are in the batch's order.
   *
   * @param hidden {@code [layers * directions, batch, output]}, null for zeros
   * @param cell {@code [layers * directions, batch, hidden]}, null for zeros
   */
  public PackedLstmOutput call(
      PackedSequence input, @Nullable Tensor hidden, @Nullable Tensor cell) {
    return scopedTree(
        () -> {
          List<Tensor> results = run(input, hidden, cell);
          return new PackedLstmOutput(input.with(results.get(0)), results.get(1), results.get(2));
        });
  }

  @Override
  List<Tensor> step(CellWeights<Tensor> weights, Tensor input, List<Tensor> states) {
    return Steps.lstm(weights, input, states.get(0), states.get(1));
  }

  /** Without projection and in one type, steps are run together ({@link LstmSequence}). */
  @Override
  Passage.@Nullable Passed together(
      CellWeights<Tensor> weights, Tensor sequence, List<Tensor> begin, boolean backward) {
    Tensor bias = weights.inputBias();
    Tensor hiddenBias = weights.hiddenBias();
    if (weights.projection() != null) {
      return null;
    }
    Tensor biases = bias == null || hiddenBias == null ? null : bias.add(hiddenBias);
    Tensor contributions = Layers.linear(sequence, weights.input(), biases);
    DType type = contributions.dtype();
    boolean sameType =
        weights.hidden().dtype() == type && begin.stream().allMatch(each -> each.dtype() == type);
    if (!sameType) {
      return null;
    }
    List<Tensor> states =
        new LstmSequence(backward)
            .applyAll(List.of(contributions, weights.hidden(), begin.get(0), begin.get(1)));
    long last = backward ? 0 : sequence.size(0) - 1;
    return new Passage.Passed(
        states.get(0), List.of(states.get(0).select(0, last), states.get(1).select(0, last)));
  }
}

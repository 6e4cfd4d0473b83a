package ai.cresset.nn.recurrent;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer of Elman cells ({@code torch.nn.RNN}): {@code h' = f(W_ih x + b_ih + W_hh h + b_hh)} with
 * tanh or a rectifier. Shapes and parameters as {@link RecurrentLayer} says, with one gate.
 */
public final class Rnn extends RecurrentLayer {
  private final Nonlinearity nonlinearity;

  /** One layer with tanh. */
  public Rnn(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, Nonlinearity.TANH, RecurrentOptions.DEFAULT);
  }

  public Rnn(long inputSize, long hiddenSize, Nonlinearity nonlinearity, RecurrentOptions options) {
    this(inputSize, hiddenSize, nonlinearity, options, Placement.DEFAULT);
  }

  public Rnn(
      long inputSize,
      long hiddenSize,
      Nonlinearity nonlinearity,
      RecurrentOptions options,
      Placement placement) {
    super(1, inputSize, hiddenSize, 0, options, placement);
    this.nonlinearity = nonlinearity;
  }

  /** Runs over sequences from a state of zeros. */
  public RecurrentOutput call(Tensor input) {
    return call(input, null);
  }

  /**
   * Runs over sequences.
   *
   * @param hidden {@code [layers * directions, batch, hidden]}, null for zeros
   */
  public RecurrentOutput call(Tensor input, @Nullable Tensor hidden) {
    return scopedTree(
        () -> {
          List<Tensor> results = run(input, hidden);
          return new RecurrentOutput(results.get(0), results.get(1));
        });
  }

  /** Runs over sequences of several lengths from a state of zeros. */
  public PackedRecurrentOutput call(PackedSequence input) {
    return call(input, null);
  }

  /**
   * Runs over sequences of several lengths.
   *
   * @param hidden {@code [layers * directions, batch, hidden]} in the batch's order, null for zeros
   */
  public PackedRecurrentOutput call(PackedSequence input, @Nullable Tensor hidden) {
    return scopedTree(
        () -> {
          List<Tensor> results = run(input, hidden);
          return new PackedRecurrentOutput(input.with(results.get(0)), results.get(1));
        });
  }

  @Override
  List<Tensor> step(CellWeights<Tensor> weights, Tensor input, List<Tensor> states) {
    return List.of(Steps.rnn(weights, input, states.get(0), nonlinearity));
  }

  @Override
  public void describe(ModuleDescription description) {
    super.describe(description);
    description.choice("nonlinearity", nonlinearity);
  }
}

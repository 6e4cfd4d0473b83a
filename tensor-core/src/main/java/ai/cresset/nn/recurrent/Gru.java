package ai.cresset.nn.recurrent;

import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units (Cho et al. 2014, {@code torch.nn.GRU}). Shapes and parameters as {@link
 * RecurrentLayer} says, with three gates: reset, update, new.
 */
public final class Gru extends RecurrentLayer {
  /** One layer. */
  public Gru(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT);
  }

  public Gru(long inputSize, long hiddenSize, RecurrentOptions options) {
    this(inputSize, hiddenSize, options, Placement.DEFAULT);
  }

  public Gru(long inputSize, long hiddenSize, RecurrentOptions options, Placement placement) {
    super(3, inputSize, hiddenSize, 0, options, placement);
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
    return List.of(Steps.gru(weights, input, states.get(0)));
  }
}

package ai.cresset.nn.recurrent;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What recurrent cells share. Parameters, all uniform within {@code 1 / sqrt(hiddenSize)}: {@code
 * weight_ih} {@code [gates * hidden, inputs]}, {@code weight_hh} {@code [gates * hidden, hidden]}
 * and, where wanted, {@code bias_ih} and {@code bias_hh} {@code [gates * hidden]}.
 */
public abstract sealed class RecurrentCell extends Module permits RnnCell, GruCell, LstmCell {
  private final long inputSize;
  private final long hiddenSize;
  private final CellWeights<Parameter> cell;

  RecurrentCell(int gates, long inputSize, long hiddenSize, boolean bias, Placement placement) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    long all = gates * hiddenSize;
    cell =
        new CellWeights<>(
            drawn("weight_ih", placement.spec(all, inputSize)),
            drawn("weight_hh", placement.spec(all, hiddenSize)),
            bias ? drawn("bias_ih", placement.spec(all)) : null,
            bias ? drawn("bias_hh", placement.spec(all)) : null,
            null);
  }

  private Parameter drawn(String name, Spec spec) {
    Parameter made = parameter(name, Tensor.empty(spec));
    double bound = 1 / Math.sqrt((double) hiddenSize);
    Init.uniform(made, -bound, bound);
    return made;
  }

  final CellWeights<Tensor> weights() {
    return cell.map(this::value);
  }

  /** What the input contributes to all gates. */
  final Tensor projected(CellWeights<Tensor> weights, Tensor input) {
    if (input.rank() < 1 || input.rank() > 2 || input.size(-1) != inputSize) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(),
          "[batch, " + inputSize + "] or [" + inputSize + "]",
          input.shape());
    }
    return Layers.linear(input, weights.input(), weights.inputBias());
  }

  /** The state, or zeros where there is none. */
  final Tensor state(@Nullable Tensor given, Tensor input) {
    Shape expected = input.shape().with(input.rank() - 1, hiddenSize);
    if (given == null) {
      return Tensor.zeros(input.spec().withShape(expected));
    }
    if (!given.shape().equals(expected)) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(), "a state of " + expected, given.shape());
    }
    return given;
  }

  @Override
  protected final String settings() {
    return inputSize + " -> " + hiddenSize;
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("inputSize", inputSize)
        .integer("hiddenSize", hiddenSize)
        .flag("bias", cell.inputBias() != null);
  }
}

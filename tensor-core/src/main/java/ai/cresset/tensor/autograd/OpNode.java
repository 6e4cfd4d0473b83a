package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node that an operation records, and the context its forward and backward share. */
final class OpNode extends Node implements Graph.Recording {
  private final Op op;
  private final List<Spec> inputs;
  private final List<@Nullable Edge> next;
  private final List<SavedTensor> saved = new ArrayList<>(2);
  private List<Tensor> operands;
  private Generator.Key key = Generator.Key.NONE;
  private int numOutputs;
  private boolean released;

  OpNode(Op op, List<Tensor> operands, List<Spec> inputs, List<@Nullable Edge> next) {
    this.op = op;
    this.operands = operands;
    this.inputs = inputs;
    this.next = next;
    for (Edge edge : next) {
      if (edge != null) {
        edge.node().retain();
      }
    }
  }

  /** Settles what forward saved and gives the outputs their place. */
  @Override
  public void end(List<Tensor> outputs) {
    numOutputs = outputs.size();
    operands = List.of();
    Tensor[] made = outputs.toArray(new Tensor[0]);
    for (SavedTensor each : saved) {
      each.settle(made);
    }
    for (int i = 0; i < made.length; i++) {
      if (made[i].dtype().isFloating()) {
        made[i].place(new Edge(this, i));
      }
    }
  }

  @Override
  public void discard() {
    retain();
    release();
  }

  @Override
  public void save(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      saved.add(new SavedTensor(tensor, isOperand(tensor)));
    }
  }

  private boolean isOperand(Tensor tensor) {
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) == tensor) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Tensor saved(int index) {
    if (released) {
      throw BackwardException.graphReleased(op.name());
    }
    return saved.get(index).unpack(this);
  }

  @Override
  public Spec input(int index) {
    return inputs.get(index);
  }

  @Override
  public int numInputs() {
    return inputs.size();
  }

  @Override
  public boolean needsGradient() {
    return true;
  }

  @Override
  public void key(Generator.Key drawn) {
    key = drawn;
  }

  @Override
  public Generator.Key key() {
    return key;
  }

  @Override
  List<@Nullable Edge> next() {
    return next;
  }

  @Override
  int numOutputs() {
    return numOutputs;
  }

  @Override
  public String name() {
    return op.name();
  }

  @Override
  List<@Nullable Tensor> run(List<@Nullable Tensor> gradients, Needs needs, boolean createGraph) {
    if (released) {
      throw BackwardException.graphReleased(op.name());
    }
    if (!op.isDifferentiable()) {
      throw BackwardException.noDerivative(op.name());
    }
    List<@Nullable Tensor> result;
    try (GradMode.Restore mode = GradMode.set(createGraph)) {
      result = op.backward(this, gradients, needs);
    }
    if (result.size() != inputs.size()) {
      throw BackwardException.because(
          op.name()
              + ": backward gave "
              + result.size()
              + " gradients for "
              + inputs.size()
              + " inputs");
    }
    for (int i = 0; i < result.size(); i++) {
      Tensor gradient = result.get(i);
      if (gradient != null && needs.input(i)) {
        checkGradient(i, gradient);
      }
    }
    return result;
  }

  private void checkGradient(int index, Tensor gradient) {
    Spec input = inputs.get(index);
    if (!gradient.shape().equals(input.shape())) {
      throw ShapeException.mismatch(
          op.name() + " backward (input " + index + ")",
          input.shape().toString(),
          gradient.shape());
    }
    if (gradient.dtype() != input.dtype()) {
      throw DTypeException.mismatch(
          op.name() + " backward (input " + index + ")", input.dtype(), gradient.dtype());
    }
  }

  @Override
  void releaseSaved() {
    released = true;
    for (SavedTensor each : saved) {
      each.release();
    }
    saved.clear();
  }
}

package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node that an operation records, and the context its forward and backward share. */
final class OpNode extends Node implements Context {
  private final Op op;
  private final List<Spec> inputs;
  private final List<@Nullable Edge> next;
  private List<Tensor> toSave = new ArrayList<>();
  private List<SavedTensor> saved = List.of();
  private Generator.Key key = Generator.Key.NONE;
  private int numOutputs;
  private boolean released;

  OpNode(Op op, List<Spec> inputs, List<@Nullable Edge> next) {
    this.op = op;
    this.inputs = inputs;
    this.next = next;
    for (Edge edge : next) {
      if (edge != null) {
        edge.node().retain();
      }
    }
  }

  /** Called when forward ended: saves what it asked for and gives the outputs their place. */
  void end(List<Tensor> outputs) {
    numOutputs = outputs.size();
    saved = new ArrayList<>(toSave.size());
    for (Tensor tensor : toSave) {
      saved.add(new SavedTensor(tensor, outputs.indexOf(tensor)));
    }
    toSave = List.of();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).dtype().isFloating()) {
        outputs.get(i).place(new Edge(this, i));
      }
    }
  }

  /** Called when forward failed. */
  void discard() {
    retain();
    release();
  }

  @Override
  public void save(Tensor... tensors) {
    toSave.addAll(List.of(tensors));
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
  String name() {
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
      if (gradient != null && !gradient.shape().equals(inputs.get(i).shape())) {
        throw ShapeException.mismatch(
            op.name() + " backward (input " + i + ")",
            inputs.get(i).shape().toString(),
            gradient.shape());
      }
    }
    return result;
  }

  @Override
  void releaseSaved() {
    released = true;
    saved.forEach(SavedTensor::release);
    saved = List.of();
  }
}

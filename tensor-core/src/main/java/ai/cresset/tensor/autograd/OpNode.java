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
  private final @Nullable Throwable forwardCall;
  private List<Tensor> operands;
  private List<Tensor> nonDifferentiable = List.of();
  private @Nullable Object kept;
  private Generator.Key key = Generator.Key.NONE;
  private int numOutputs;
  private boolean needsSaved;
  private boolean released;

  OpNode(Op op, List<Tensor> operands, List<Spec> inputs, List<@Nullable Edge> next) {
    this.op = op;
    this.operands = operands;
    this.inputs = inputs;
    this.next = next;
    forwardCall = Mode.current().isAnomaly() ? new Throwable("forward of " + op.name()) : null;
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
      if (made[i].dtype().isFloating() && !contains(nonDifferentiable, made[i])) {
        made[i].place(new Edge(this, i));
      }
    }
    nonDifferentiable = List.of();
  }

  /** Settles a node that needed no forward. */
  void end(int outputs) {
    numOutputs = outputs;
  }

  @Override
  public void beforeReplacing(Tensor target, Tensor result) {
    for (SavedTensor each : saved) {
      each.beforeReplacing(target, result);
    }
  }

  @Override
  public void endInPlace(Tensor target) {
    numOutputs = 1;
    operands = List.of();
    nonDifferentiable = List.of();
    for (SavedTensor each : saved) {
      each.settle(new Tensor[] {target});
    }
    target.rebase(new Edge(this, 0));
  }

  @Override
  public void discard() {
    retain();
    release();
  }

  @Override
  public void save(Tensor... tensors) {
    needsSaved = true;
    for (Tensor tensor : tensors) {
      if (tensor.isInference()) {
        throw BackwardException.inferenceSaved(op.name(), tensor.spec());
      }
      saved.add(new SavedTensor(tensor, contains(operands, tensor)));
    }
  }

  private static boolean contains(List<Tensor> tensors, Tensor tensor) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i) == tensor) {
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
  public boolean needs(int input) {
    return next.get(input) != null;
  }

  @Override
  public void markNonDifferentiable(Tensor... outputs) {
    nonDifferentiable = List.of(outputs);
  }

  @Override
  public List<Tensor> nonDifferentiable() {
    return nonDifferentiable;
  }

  @Override
  public void keep(Object value) {
    kept = value;
    needsSaved = true;
  }

  @Override
  public <T> T kept(Class<T> type) {
    if (!type.isInstance(kept)) {
      throw BackwardException.because(
          op.name()
              + ": backward asks for a kept "
              + type.getSimpleName()
              + ", but forward kept "
              + (kept == null ? "nothing" : kept.getClass().getSimpleName())
              + "; call context.keep with one in forward");
    }
    return type.cast(kept);
  }

  @Override
  @Nullable Throwable forwardCall() {
    return forwardCall;
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
  public List<@Nullable Edge> next() {
    return next;
  }

  @Override
  public int numOutputs() {
    return numOutputs;
  }

  @Override
  public String name() {
    return op.name();
  }

  @Override
  List<@Nullable Tensor> run(List<@Nullable Tensor> gradients, Needs needs, boolean createGraph) {
    // What saved nothing lacks nothing: a cast that several passes share runs in each of them.
    if (released && needsSaved) {
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
              + " inputs; return one for each, null where there is none");
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
    kept = null;
  }
}

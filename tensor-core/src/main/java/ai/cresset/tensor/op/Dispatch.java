package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Graph;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.type.Device;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations: shape rule, forward without gradient mode, and a node of the graph where wanted.
 */
public final class Dispatch {
  private Dispatch() {}

  /** Runs an operation with one output. */
  public static Tensor apply(Op op, Tensor... inputs) {
    return applyAll(op, List.of(inputs)).get(0);
  }

  /**
   * Runs an operation with one output, whose forward takes its {@linkplain Context#result memory}
   * from {@code place} if it can; for backward passes, which record nothing.
   *
   * @param place contiguous, of the output's shape and type, and of any content, which is lost even
   *     if the operation fails; null means new memory
   * @return the result, in {@code place} or elsewhere
   */
  public static Tensor applyInto(@Nullable Tensor place, Op op, Tensor... inputs) {
    Mode mode = Mode.current();
    if (place == null || mode.isRecording() || mode.casting() != null) {
      return apply(op, inputs);
    }
    List<Tensor> operands = List.of(inputs);
    OpObserver observer = mode.observer();
    if (observer == null) {
      return run(mode, op, operands, place);
    }
    observer.begin(op.name());
    try {
      return run(mode, op, operands, place);
    } finally {
      observer.end();
    }
  }

  private static Tensor run(Mode mode, Op op, List<Tensor> inputs, Tensor place) {
    List<Spec> inputSpecs = specs(op, inputs);
    List<Spec> outputSpecs = op.infer(inputSpecs);
    if (!outputSpecs.equals(List.of(place.spec())) || !place.isContiguous()) {
      throw new IllegalArgumentException(
          op.name() + ": a place of " + place.spec() + " for a result of " + outputSpecs);
    }
    Graph.Recording made = Graph.begin(inputSpecs, place);
    List<Tensor> outputs = forward(mode, op, inputs, outputSpecs, made);
    checkOutputs(op, outputs, outputSpecs, made);
    Tensor output = related(inputs, outputs, false).get(0);
    if (output.storage() == place.storage()) {
      output.storage().changed();
    }
    return output;
  }

  /** Runs an operation. */
  public static List<Tensor> applyAll(Op op, List<Tensor> inputs) {
    Mode mode = Mode.current();
    OperandCasting casting = mode.casting();
    if (casting != null) {
      return applyCast(mode, casting, op, inputs);
    }
    OpObserver observer = mode.observer();
    if (observer == null) {
      return run(mode, op, inputs, true);
    }
    observer.begin(op.name());
    try {
      return run(mode, op, inputs, true);
    } finally {
      observer.end();
    }
  }

  /** Runs an operation in the types that {@code casting} wants; what it is made of is not cast. */
  private static List<Tensor> applyCast(
      Mode mode, OperandCasting casting, Op op, List<Tensor> inputs) {
    String name = op.name();
    mode.casting(null);
    try {
      List<Tensor> operands = casting.operands(name, inputs);
      return casting.results(name, inputs, applyAll(op, operands));
    } finally {
      mode.casting(casting);
    }
  }

  /** Runs an operation whose shape rule is its forward: what that gives is not compared. */
  public static List<Tensor> applyWithoutRule(Op op, List<Tensor> inputs) {
    Mode mode = Mode.current();
    OpObserver observer = mode.observer();
    if (observer == null) {
      return run(mode, op, inputs, false);
    }
    observer.begin(op.name());
    try {
      return run(mode, op, inputs, false);
    } finally {
      observer.end();
    }
  }

  private static List<Tensor> run(Mode mode, Op op, List<Tensor> inputs, boolean hasRule) {
    List<Spec> inputSpecs = specs(op, inputs);
    List<Spec> outputSpecs = hasRule ? op.infer(inputSpecs) : List.of();
    boolean recording = mode.isRecording();
    boolean record = recording && anyRequiresGrad(inputs) && (!hasRule || anyFloating(outputSpecs));
    Graph.Recording made = Graph.begin(op, inputs, inputSpecs, record);
    List<Tensor> outputs = forward(mode, op, inputs, outputSpecs, made);
    if (hasRule) {
      checkOutputs(op, outputs, outputSpecs, made);
    }
    outputs = related(inputs, outputs, recording);
    made.end(outputs);
    return outputs;
  }

  /** Runs forward without recording what it is composed of. */
  private static List<Tensor> forward(
      Mode mode, Op op, List<Tensor> inputs, List<Spec> outputs, Graph.Recording made) {
    boolean recording = mode.isRecording();
    ForwardRunner runner = recording ? mode.forwardRunner() : null;
    mode.recording(false);
    try {
      return runner == null
          ? op.forward(made, inputs, outputs)
          : runner.run(op, made, inputs, outputs);
    } catch (RuntimeException | Error e) {
      made.discard();
      throw e;
    } finally {
      mode.recording(recording);
      // Outside of scopes the cleaner may free a handle that nobody holds while its kernel runs.
      Reference.reachabilityFence(inputs);
    }
  }

  private static void checkOutputs(
      Op op, List<Tensor> outputs, List<Spec> expected, Graph.Recording made) {
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).spec().equals(expected.get(i))) {
        made.discard();
        throw ShapeException.mismatch(
            op.name() + " (output " + i + ")", expected.get(i).toString(), outputs.get(i).spec());
      }
    }
  }

  /** Tells outputs that share memory with an input that they are views of it. */
  private static List<Tensor> related(
      List<Tensor> inputs, List<Tensor> outputs, boolean recording) {
    List<Tensor> result = outputs;
    for (int i = 0; i < outputs.size(); i++) {
      Tensor output = outputs.get(i);
      Tensor base = sharing(inputs, output);
      if (base == null) {
        output.standAlone();
        continue;
      }
      if (output == base) {
        // An input keeps its place in the graph; the result gets a handle of its own.
        if (result == outputs) {
          result = new ArrayList<>(outputs);
        }
        output = Tensor.withEdge(base, null);
        result.set(i, output);
      }
      output.viewOf(base, recording);
    }
    return result;
  }

  private static @Nullable Tensor sharing(List<Tensor> inputs, Tensor output) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).storage() == output.storage()) {
        return inputs.get(i);
      }
    }
    return null;
  }

  /**
   * Runs an operation over the memory of its first input, which becomes the result, also in the
   * graph: earlier uses of it keep their gradients, later ones go through this operation.
   *
   * @param name of the change, for messages
   * @param op has one output, of the first input's shape and type
   */
  public static Tensor applyInPlace(String name, Op op, Tensor self, Tensor... others) {
    Mode mode = Mode.current();
    OpObserver observer = mode.observer();
    if (observer == null) {
      return change(mode, name, op, self, others);
    }
    observer.begin(name);
    try {
      return change(mode, name, op, self, others);
    } finally {
      observer.end();
    }
  }

  private static Tensor change(Mode mode, String name, Op op, Tensor self, Tensor... others) {
    List<Tensor> inputs = new ArrayList<>(others.length + 1);
    inputs.add(self);
    for (Tensor other : others) {
      inputs.add(other);
    }
    List<Spec> inputSpecs = specs(op, inputs);
    List<Spec> outputSpecs = op.infer(inputSpecs);
    Spec output = outputSpecs.get(0);
    if (!output.shape().equals(self.shape())) {
      throw ShapeException.mismatch(
          name,
          "operands that broadcast to the changed tensor's shape " + self.shape(),
          "a result of " + output.shape());
    }
    if (output.dtype() != self.dtype()) {
      throw DTypeException.notCastable(name, output.dtype(), self.dtype());
    }
    boolean record = mode.isRecording() && anyRequiresGrad(inputs);
    self.checkChange(name, record);
    boolean keeps = record && op.savesTensors();
    if (keeps && mode.hasSavedTensorHooks()) {
      copyWhatChanges(self, inputs);
    }
    Graph.Recording made = Graph.begin(op, inputs, inputSpecs, record);
    if (keeps || !overwritten(op, inputs, made)) {
      replace(self, forward(mode, op, inputs, outputSpecs, made).get(0), made);
    }
    self.storage().changed(name);
    made.endInPlace(self);
    return self;
  }

  private static boolean overwritten(Op op, List<Tensor> inputs, Graph.Recording made) {
    try {
      return op.overwrite(inputs);
    } catch (RuntimeException | Error e) {
      made.discard();
      throw e;
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  private static void replace(Tensor self, Tensor result, Graph.Recording made) {
    made.beforeReplacing(self, result);
    self.backend().copy(result.materialize(), self.materialize());
    if (result != self) {
      result.close();
    }
  }

  /** Hooks may keep what they are shown, so it must not be what changes next. */
  private static void copyWhatChanges(Tensor self, List<Tensor> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      if (input.storage() == self.storage()) {
        try (Tensor before = input.detachedClone()) {
          inputs.set(i, Tensor.withEdge(before, input.gradientEdge()));
        }
      }
    }
  }

  private static List<Spec> specs(Op op, List<Tensor> inputs) {
    List<Spec> specs = new ArrayList<>(inputs.size());
    for (Tensor input : inputs) {
      input.checkThread(op);
      specs.add(input.spec());
    }
    checkDevices(op, specs);
    return specs;
  }

  private static boolean anyRequiresGrad(List<Tensor> inputs) {
    for (Tensor input : inputs) {
      if (input.requiresGrad()) {
        return true;
      }
    }
    return false;
  }

  /** Gradients flow through floating results only. */
  private static boolean anyFloating(List<Spec> outputs) {
    for (Spec output : outputs) {
      if (output.dtype().isFloating()) {
        return true;
      }
    }
    return false;
  }

  private static void checkDevices(Op op, List<Spec> inputs) {
    for (int i = 1; i < inputs.size(); i++) {
      Device first = inputs.get(0).device();
      Device other = inputs.get(i).device();
      if (!first.equals(other)) {
        throw DeviceException.mismatch(op.name(), first, other);
      }
    }
  }
}

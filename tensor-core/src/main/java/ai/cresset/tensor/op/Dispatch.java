package ai.cresset.tensor.op;

import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Graph;
import ai.cresset.type.Device;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs operations: shape rule, forward without gradient mode, and a node of the graph where wanted.
 */
public final class Dispatch {
  private Dispatch() {}

  /** Runs an operation with one output. */
  public static Tensor apply(Op op, Tensor... inputs) {
    return applyAll(op, List.of(inputs)).get(0);
  }

  /** Runs an operation. */
  public static List<Tensor> applyAll(Op op, List<Tensor> inputs) {
    List<Spec> inputSpecs = new ArrayList<>(inputs.size());
    for (Tensor input : inputs) {
      inputSpecs.add(input.spec());
    }
    checkDevices(op, inputSpecs);
    List<Spec> outputSpecs = op.infer(inputSpecs);
    boolean record = GradMode.isEnabled() && anyRequiresGrad(inputs) && anyFloating(outputSpecs);
    Graph.Recording recording = Graph.begin(op, inputs, inputSpecs, record);
    List<Tensor> outputs;
    try (GradMode.Restore off = GradMode.disable()) {
      outputs = op.forward(recording, inputs, outputSpecs);
    } catch (RuntimeException | Error e) {
      recording.discard();
      throw e;
    } finally {
      // Outside of scopes the cleaner may free a handle that nobody holds while its kernel runs.
      Reference.reachabilityFence(inputs);
    }
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).spec().equals(outputSpecs.get(i))) {
        recording.discard();
        throw ShapeException.mismatch(
            op.name() + " (output " + i + ")",
            outputSpecs.get(i).toString(),
            outputs.get(i).spec());
      }
    }
    recording.end(outputs);
    return outputs;
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

package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.ForwardRunner;
import ai.cresset.tensor.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a checkpointed function in their order, and the results of those that its
 * policy keeps. The second run takes these instead of computing them, and saves for backward what
 * the first run saved.
 */
final class KeptResults implements ForwardRunner {
  private final RecomputePolicy policy;
  private final @Nullable SavedTensorHooks outer;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> occurrences = new HashMap<>();
  private @Nullable Step running;

  /**
   * @param outer the hooks around the function, which what is kept goes past like any saved tensor
   */
  KeptResults(RecomputePolicy policy, @Nullable SavedTensorHooks outer) {
    this.policy = policy;
    this.outer = outer;
  }

  /** A tensor that is kept in one way or another. */
  private interface Kept {
    /** In the current scope. */
    Tensor take(Node self);

    void release();
  }

  /** Where an operation got a tensor that it saved. */
  private enum Origin {
    INPUT,
    OUTPUT,
    /** Made on the way, such as a row's mean. */
    AUXILIARY
  }

  private record Save(Origin origin, int index) {}

  /** One operation. */
  private static final class Step {
    final String operation;
    final boolean isKept;
    final List<Tensor> inputs;
    final List<Tensor> saved = new ArrayList<>();
    final List<Tensor> handles = new ArrayList<>();
    final List<Save> saves = new ArrayList<>();
    final List<Integer> marked = new ArrayList<>();
    final List<Kept> outputs = new ArrayList<>();
    final List<Kept> auxiliaries = new ArrayList<>();

    Step(String operation, boolean isKept, List<Tensor> inputs) {
      this.operation = operation;
      this.isKept = isKept;
      this.inputs = isKept ? new ArrayList<>(inputs) : List.of();
    }

    void forgetHandles() {
      handles.forEach(Tensor::close);
      handles.clear();
      saved.clear();
      if (isKept) {
        inputs.clear();
      }
    }

    void release() {
      outputs.forEach(Kept::release);
      outputs.clear();
      auxiliaries.forEach(Kept::release);
      auxiliaries.clear();
    }
  }

  // ---- the first run ----

  @Override
  public List<Tensor> run(Op op, Graph.Recording made, List<Tensor> inputs, List<Spec> outputs) {
    String name = op.name();
    int occurrence = occurrences.merge(name, 1, Integer::sum) - 1;
    List<Spec> specs = inputs.stream().map(Tensor::spec).toList();
    RecomputePolicy.Decision decision =
        policy.decide(new RecomputePolicy.Call(name, occurrence, specs));
    Step step = new Step(name, decision != RecomputePolicy.Decision.RECOMPUTE, inputs);
    steps.add(step);
    running = step.isKept ? step : null;
    Mode mode = Mode.current();
    mode.forwardRunner(null);
    try {
      List<Tensor> results = op.forward(made, inputs, outputs);
      if (step.isKept) {
        keep(step, results, made.nonDifferentiable(), decision);
      }
      return results;
    } finally {
      running = null;
      step.forgetHandles();
      mode.forwardRunner(this);
    }
  }

  /** The operation under way saves a tensor. */
  void saved(Tensor tensor) {
    Step step = running;
    if (step != null) {
      step.saved.add(tensor);
      step.handles.add(Scope.detach(tensor.detach()));
    }
  }

  private void keep(
      Step step, List<Tensor> results, List<Tensor> marked, RecomputePolicy.Decision decision) {
    for (Tensor result : results) {
      step.outputs.add(keep(result, decision));
    }
    for (int i = 0; i < step.saved.size(); i++) {
      Tensor saved = step.saved.get(i);
      int input = indexOf(step.inputs, saved);
      int output = indexOf(results, saved);
      if (input >= 0) {
        step.saves.add(new Save(Origin.INPUT, input));
      } else if (output >= 0) {
        step.saves.add(new Save(Origin.OUTPUT, output));
      } else {
        step.saves.add(new Save(Origin.AUXILIARY, step.auxiliaries.size()));
        step.auxiliaries.add(keep(step.handles.get(i), decision));
      }
    }
    for (Tensor each : marked) {
      step.marked.add(indexOf(results, each));
    }
  }

  private static int indexOf(List<Tensor> tensors, Tensor tensor) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i) == tensor) {
        return i;
      }
    }
    return -1;
  }

  private Kept keep(Tensor tensor, RecomputePolicy.Decision decision) {
    return decision == RecomputePolicy.Decision.OFFLOAD && tensor.numel() > 0
        ? new Moved(policy.offload().move(tensor))
        : inMemory(tensor);
  }

  private InMemory inMemory(Tensor tensor) {
    try (GradMode.Restore hooks = SavedTensorHooks.use(outer)) {
      SavedTensor saved = new SavedTensor(tensor, false);
      saved.settle(new Tensor[0]);
      return new InMemory(saved);
    }
  }

  private record InMemory(SavedTensor saved) implements Kept {
    @Override
    public Tensor take(Node self) {
      return saved.unpack(self);
    }

    @Override
    public void release() {
      saved.release();
    }
  }

  private record Moved(SavedTensorHooks.Packed packed) implements Kept {
    @Override
    public Tensor take(Node self) {
      return packed.unpack();
    }

    @Override
    public void release() {
      packed.release();
    }
  }

  /** The first run ended well. */
  void end() {
    policy.ended(occurrences.keySet());
  }

  void release() {
    steps.forEach(Step::release);
  }

  // ---- the second run ----

  /**
   * What stands for operations in the second run.
   *
   * @param self for messages about results that were changed meanwhile
   */
  ForwardRunner replay(Node self) {
    return new Replay(self);
  }

  private final class Replay implements ForwardRunner {
    private final Node self;
    private int next;

    Replay(Node self) {
      this.self = self;
    }

    @Override
    public List<Tensor> run(Op op, Graph.Recording made, List<Tensor> inputs, List<Spec> outputs) {
      Step step = step(op.name());
      if (!step.isKept) {
        Mode mode = Mode.current();
        mode.forwardRunner(null);
        try {
          return op.forward(made, inputs, outputs);
        } finally {
          mode.forwardRunner(this);
        }
      }
      List<Tensor> results = take(step.outputs);
      List<Tensor> auxiliaries = take(step.auxiliaries);
      for (Save save : step.saves) {
        List<Tensor> from =
            switch (save.origin()) {
              case INPUT -> inputs;
              case OUTPUT -> results;
              case AUXILIARY -> auxiliaries;
            };
        made.save(from.get(save.index()));
      }
      made.markNonDifferentiable(step.marked.stream().map(results::get).toArray(Tensor[]::new));
      return results;
    }

    private List<Tensor> take(List<Kept> kept) {
      List<Tensor> taken = new ArrayList<>(kept.size());
      for (Kept each : kept) {
        taken.add(each.take(self));
      }
      return taken;
    }

    private Step step(String operation) {
      int index = next++;
      String before = index < steps.size() ? steps.get(index).operation : "nothing";
      if (!before.equals(operation)) {
        throw BackwardException.because(
            "checkpoint: operation "
                + index
                + " of the function was "
                + before
                + " in the forward pass, but "
                + operation
                + " when it ran again for backward; it must do the same both times: let it depend"
                + " on its inputs only, not on counters, modes or data that change");
      }
      return steps.get(index);
    }
  }
}

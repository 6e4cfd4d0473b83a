package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.ForwardRunner;
import ai.cresset.tensor.op.OperandCasting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of a checkpointed function: what is needed to run it again, and what the second run
 * gave. Counts the saved tensors that it stands for, and ends with the last of them.
 */
final class RecomputeFrame {
  private final Function<List<Tensor>, List<Tensor>> function;
  private final List<SavedTensor> inputs = new ArrayList<>();
  private final List<Boolean> requiresGrad = new ArrayList<>();
  private final @Nullable SavedTensorHooks outer = SavedTensorHooks.current();
  private final @Nullable OperandCasting casting = Mode.current().casting();
  private final @Nullable KeptResults kept;
  private final Generator generator = Generator.current();
  private final Node self = Graph.link(new Passage("checkpoint"), List.of(), List.of()).node();
  private final List<Forgotten> forgotten = new ArrayList<>();
  private Map<Generator, Generator.Key> random = Map.of();
  private List<Tensor> operands = List.of();
  private int references = 1;
  private boolean recomputed;

  RecomputeFrame(
      RecomputePolicy policy, Function<List<Tensor>, List<Tensor>> function, List<Tensor> given) {
    this.function = function;
    kept = policy == RecomputePolicy.NOTHING ? null : new KeptResults(policy, outer);
    boolean done = false;
    try {
      for (Tensor input : given) {
        SavedTensor saved = new SavedTensor(input, false);
        saved.settle(new Tensor[0]);
        inputs.add(saved);
        requiresGrad.add(input.requiresGrad());
      }
      done = true;
    } finally {
      if (!done) {
        release();
      }
    }
  }

  /** The first run. */
  List<Tensor> run(List<Tensor> given) {
    Mode mode = Mode.current();
    ForwardRunner before = mode.forwardRunner();
    // A policy around this call decides about the operations outside of it only.
    mode.forwardRunner(kept);
    operands = given;
    try (Scope scope = Scope.open("checkpoint");
        Generator.Watch draws = Generator.watch();
        GradMode.Restore hooks = SavedTensorHooks.use(this::forget)) {
      List<Tensor> results = function.apply(given);
      random = Map.copyOf(draws.before());
      if (kept != null) {
        kept.end();
      }
      for (Tensor result : results) {
        scope.keep(result);
      }
      return results;
    } finally {
      operands = List.of();
      mode.forwardRunner(before);
      release();
    }
  }

  /** Keeps the description of a tensor only. Parameters live anyway: they are left as they are. */
  private SavedTensorHooks.@Nullable Packed forget(Tensor tensor) {
    if (kept != null) {
      kept.saved(tensor);
    }
    if (isParameter(tensor, operands)) {
      return outer == null ? null : outer.pack(tensor);
    }
    Forgotten made = new Forgotten(this, forgotten.size(), tensor.spec());
    forgotten.add(made);
    references++;
    return made;
  }

  /** A leaf that the function reached by itself. Said of the same tensors in both runs. */
  private static boolean isParameter(Tensor tensor, List<Tensor> inputs) {
    if (!tensor.isLeaf() || !tensor.requiresGrad()) {
      return false;
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).storage() == tensor.storage()) {
        return false;
      }
    }
    return true;
  }

  private void release() {
    references--;
    if (references == 0) {
      inputs.forEach(SavedTensor::release);
      inputs.clear();
      if (kept != null) {
        kept.release();
      }
    }
  }

  /** Backward: runs the function again and catches what it saves. */
  private void recompute() {
    if (recomputed) {
      return;
    }
    Again again = new Again(numNeeded());
    Mode mode = Mode.current();
    OperandCasting castingBefore = mode.casting();
    ForwardRunner runnerBefore = mode.forwardRunner();
    boolean repeatingBefore = mode.isRepeating();
    Generator generatorBefore = Generator.use(generator);
    Generator.Watch draws = Generator.watch();
    try (Scope scope = Scope.open("recomputation")) {
      List<Tensor> given = given();
      random.forEach(Generator::state);
      mode.casting(casting);
      mode.repeating(true);
      mode.forwardRunner(kept == null ? null : kept.replay(self));
      again.run(function, given);
      again.hand(forgotten);
      recomputed = true;
    } finally {
      again.close();
      draws.close();
      draws.before().forEach(Generator::state);
      Generator.use(generatorBefore);
      mode.forwardRunner(runnerBefore);
      mode.repeating(repeatingBefore);
      mode.casting(castingBefore);
    }
    if (kept != null) {
      kept.release();
    }
  }

  private List<Tensor> given() {
    List<Tensor> given = new ArrayList<>(inputs.size());
    try (GradMode.Restore plain = GradMode.disable()) {
      for (int i = 0; i < inputs.size(); i++) {
        given.add(inputs.get(i).unpack(self).requiresGrad(requiresGrad.get(i)));
      }
    }
    return given;
  }

  /** Up to the last saved tensor that somebody may still ask for. */
  private int numNeeded() {
    int needed = forgotten.size();
    while (needed > 0 && forgotten.get(needed - 1).released) {
      needed--;
    }
    return needed;
  }

  /** Ends a second run that has given all that is needed. No code of users shall catch it. */
  private static final class Enough extends Error {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("the rest of the recomputation is not needed", null, false, false);
    }
  }

  /** What the second run saved, and the version that its elements had then. */
  private record Caught(Tensor tensor, long version) {}

  /** The second run. */
  private static final class Again {
    private final int needed;
    private final Enough enough = new Enough();
    private final List<Caught> caught = new ArrayList<>();

    Again(int needed) {
      this.needed = needed;
    }

    void run(Function<List<Tensor>, List<Tensor>> function, List<Tensor> given) {
      try (GradMode.Restore recording = GradMode.enable();
          GradMode.Restore hooks = SavedTensorHooks.use(tensor -> look(tensor, given))) {
        Objects.requireNonNull(function.apply(given), "the function's results");
      } catch (Enough thrown) {
        if (thrown != enough) {
          throw thrown;
        }
      }
    }

    private SavedTensorHooks.@Nullable Packed look(Tensor tensor, List<Tensor> given) {
      if (!isParameter(tensor, given)) {
        caught.add(new Caught(Scope.detach(tensor.detach()), tensor.storage().version()));
        if (caught.size() == needed) {
          throw enough;
        }
      }
      return null;
    }

    void hand(List<Forgotten> forgotten) {
      if (caught.size() < needed) {
        throw BackwardException.because(
            "checkpoint: the function saved "
                + forgotten.size()
                + " tensors in the forward pass, but "
                + caught.size()
                + " when it ran again for backward; it must do the same both times: let it depend"
                + " on its inputs only, not on counters, modes or data that change");
      }
      for (int i = 0; i < needed; i++) {
        forgotten.get(i).found(caught.get(i));
      }
    }

    void close() {
      caught.forEach(each -> each.tensor().close());
    }
  }

  /** A saved tensor that was not kept. */
  private static final class Forgotten implements SavedTensorHooks.Packed {
    private final RecomputeFrame frame;
    private final int index;
    private final Spec spec;
    private @Nullable Tensor found;
    private boolean released;

    Forgotten(RecomputeFrame frame, int index, Spec spec) {
      this.frame = frame;
      this.index = index;
      this.spec = spec;
    }

    void found(Caught caught) {
      Tensor tensor = caught.tensor();
      Storage storage = tensor.storage();
      if (storage.version() != caught.version()) {
        throw BackwardException.changed(
            "checkpoint", tensor.spec(), storage.lastChange(), caught.version(), storage.version());
      }
      if (!spec.equals(tensor.spec())) {
        throw BackwardException.because(
            "checkpoint: saved tensor "
                + index
                + " was "
                + spec
                + " in the forward pass, but "
                + tensor.spec()
                + " when the function ran again for backward; it must do the same both times: let"
                + " it depend on its inputs only, not on counters, modes or data that change");
      }
      if (!released) {
        found = Scope.detach(tensor.detach());
      }
    }

    @Override
    public Tensor unpack() {
      frame.recompute();
      Tensor here = found;
      if (here == null) {
        throw new IllegalStateException("saved tensor " + index + " was not recomputed");
      }
      return here.detach();
    }

    @Override
    public void release() {
      released = true;
      if (found != null) {
        found.close();
        found = null;
      }
      frame.release();
    }
  }
}

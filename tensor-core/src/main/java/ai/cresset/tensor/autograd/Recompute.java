package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.OperandCasting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Activation recomputation ({@code torch.utils.checkpoint}, non-reentrant): forward keeps only the
 * inputs of a function, and backward runs the function again when it first needs what was not kept.
 * Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
 *
 * <p>The graph is an ordinary one, so frozen inputs, parameters that the function reaches by
 * itself, hooks, {@code Autograd.grad} and second derivatives work as without; only saved tensors
 * are exchanged. The second run starts from the random state of the first, and gradients have the
 * same bits. Nested calls are recomputed in turn.
 */
public final class Recompute {
  private Recompute() {}

  /** The same for a function of one tensor with one result. */
  public static Tensor checkpoint(Function<Tensor, Tensor> function, Tensor input) {
    return checkpoint(
            (List<Tensor> inputs) -> List.of(function.apply(inputs.get(0))), List.of(input))
        .get(0);
  }

  /**
   * Runs {@code function} and forgets what it makes on the way.
   *
   * @param function must do the same when it runs again. It may use parameters, and values that are
   *     no tensors; other tensors belong into {@code inputs}, because those that it captures must
   *     live, unchanged, until backward.
   * @param inputs kept until backward; one that is changed in place before is an error there
   * @return its results
   */
  public static List<Tensor> checkpoint(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs) {
    if (!GradMode.isEnabled()) {
      return function.apply(inputs);
    }
    Frame frame = new Frame(function, inputs);
    try (Scope scope = Scope.open("checkpoint");
        GradMode.Restore hooks = SavedTensorHooks.use(frame::forget)) {
      List<Tensor> results = function.apply(inputs);
      frame.numResults = results.size();
      for (Tensor result : results) {
        scope.keep(result);
      }
      return results;
    } finally {
      frame.release();
    }
  }

  /**
   * One call: what is needed to run it again, and what the second run gave. Counts the saved
   * tensors that it stands for, and ends with the last of them.
   */
  private static final class Frame {
    private final Function<List<Tensor>, List<Tensor>> function;
    private final List<SavedTensor> inputs = new ArrayList<>();
    private final List<Boolean> requiresGrad = new ArrayList<>();
    private final Generator.Key random = Generator.current().state();
    private final Node self;
    private final @Nullable OperandCasting casting = Mode.current().casting();
    private final List<Forgotten> forgotten = new ArrayList<>();
    private int references = 1;
    private int numResults;
    private boolean recomputed;

    Frame(Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs) {
      this.function = function;
      for (Tensor input : inputs) {
        SavedTensor saved = new SavedTensor(input, false);
        saved.settle(new Tensor[0]);
        this.inputs.add(saved);
        requiresGrad.add(input.requiresGrad());
      }
      self = Graph.link(new Passage("checkpoint"), List.of(), List.of()).node();
    }

    /** Forward: keeps the description of a tensor only. */
    SavedTensorHooks.Packed forget(Tensor tensor) {
      Forgotten made = new Forgotten(this, forgotten.size(), tensor);
      forgotten.add(made);
      references++;
      return made;
    }

    void release() {
      references--;
      if (references == 0) {
        inputs.forEach(SavedTensor::release);
        inputs.clear();
      }
    }

    /** Backward: runs the function again and catches what it saves. */
    void recompute() {
      if (recomputed) {
        return;
      }
      recomputed = true;
      Generator generator = Generator.current();
      Generator.Key before = generator.state();
      List<Caught> caught = new ArrayList<>();
      Mode mode = Mode.current();
      OperandCasting now = mode.casting();
      try (Scope scope = Scope.open("recomputation")) {
        List<Tensor> again = new ArrayList<>(inputs.size());
        try (GradMode.Restore plain = GradMode.disable()) {
          for (int i = 0; i < inputs.size(); i++) {
            again.add(inputs.get(i).unpack(self).requiresGrad(requiresGrad.get(i)));
          }
        }
        generator.state(random);
        mode.casting(casting);
        try (GradMode.Restore recording = GradMode.enable();
            GradMode.Restore hooks = SavedTensorHooks.use(tensor -> caught(caught, tensor))) {
          checkResults(function.apply(again).size());
        }
        hand(caught);
      } finally {
        mode.casting(now);
        generator.state(before);
        caught.forEach(each -> each.tensor().close());
      }
    }

    private static SavedTensorHooks.@Nullable Packed caught(List<Caught> caught, Tensor tensor) {
      caught.add(new Caught(Scope.detach(tensor.detach()), tensor.storage().version()));
      return null;
    }

    private void checkResults(int again) {
      if (again != numResults) {
        throw BackwardException.because(
            "checkpoint: the function gave "
                + numResults
                + " results in the forward pass, but "
                + again
                + " when it ran again for backward; it must do the same both times");
      }
    }

    private void hand(List<Caught> caught) {
      if (caught.size() != forgotten.size()) {
        throw BackwardException.because(
            "checkpoint: the function saved "
                + forgotten.size()
                + " tensors in the forward pass, but "
                + caught.size()
                + " when it ran again for backward; it must do the same both times: let it depend"
                + " on its inputs only, not on counters, modes or data that change");
      }
      for (int i = 0; i < caught.size(); i++) {
        forgotten.get(i).found(caught.get(i));
      }
    }
  }

  /** What the second run saved, and the version that its elements had then. */
  private record Caught(Tensor tensor, long version) {}

  /** A saved tensor that was not kept. */
  private static final class Forgotten implements SavedTensorHooks.Packed {
    private final Frame frame;
    private final int index;
    private final String description;
    private @Nullable Tensor found;
    private boolean released;

    Forgotten(Frame frame, int index, Tensor tensor) {
      this.frame = frame;
      this.index = index;
      this.description = tensor.spec().toString();
    }

    void found(Caught caught) {
      Tensor tensor = caught.tensor();
      Storage storage = tensor.storage();
      if (storage.version() != caught.version()) {
        throw BackwardException.changed(
            "checkpoint", tensor.spec(), storage.lastChange(), caught.version(), storage.version());
      }
      if (!description.equals(tensor.spec().toString())) {
        throw BackwardException.because(
            "checkpoint: saved tensor "
                + index
                + " was "
                + description
                + " in the forward pass, but "
                + tensor.spec()
                + " when the function ran again for backward; it must do the same both times");
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

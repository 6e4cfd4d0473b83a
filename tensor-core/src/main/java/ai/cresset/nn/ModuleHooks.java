package ai.cresset.nn;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The hooks of one module, in order of registration, and how a call goes past them. */
final class ModuleHooks {
  private final Module module;
  private final List<ForwardPreHook> before = new CopyOnWriteArrayList<>();
  private final List<ForwardHook> after = new CopyOnWriteArrayList<>();
  private final List<BackwardHook> backward = new CopyOnWriteArrayList<>();
  private final List<ForwardGuard> guards = new CopyOnWriteArrayList<>();
  private @Nullable ForwardAround around;

  ModuleHooks(Module module) {
    this.module = module;
  }

  HookHandle addBefore(ForwardPreHook hook) {
    ForwardPreHook own = (owner, inputs) -> hook.before(owner, inputs); // to be found again
    before.add(own);
    return () -> before.remove(own);
  }

  HookHandle addAfter(ForwardHook hook) {
    ForwardHook own = (owner, inputs, outputs) -> hook.after(owner, inputs, outputs);
    after.add(own);
    return () -> after.remove(own);
  }

  HookHandle addBackward(BackwardHook hook) {
    BackwardHook own = (owner, inputs, outputs) -> hook.backward(owner, inputs, outputs);
    backward.add(own);
    return () -> backward.remove(own);
  }

  HookHandle addGuard(ForwardGuard guard) {
    ForwardGuard own = owner -> guard.enter(owner);
    guards.add(own);
    return () -> guards.remove(own);
  }

  HookHandle around(ForwardAround wanted) {
    if (around != null) {
      throw ConfigException.because(
          module.typeName()
              + ": its forward passes are run by something else already; close that handle first");
    }
    around = wanted;
    return () -> around = null;
  }

  /** A call with one result. */
  Tensor run(List<Tensor> given, Function<List<Tensor>, Tensor> forward) {
    List<Tensor> inputs = inputs(given);
    Gradients gradients = null;
    if (!backward.isEmpty() && GradMode.isEnabled()) {
      gradients = new Gradients(module, List.copyOf(backward));
      inputs = gradients.enter(inputs);
    }
    Tensor output =
        around == null
            ? guarded(inputs, forward)
            : around.run(module, inputs, again -> guarded(again, forward));
    for (ForwardHook hook : after) {
      Tensor other = hook.after(module, inputs, List.of(output));
      output = other == null ? output : other;
    }
    return gradients == null ? output : gradients.leave(output);
  }

  private Tensor guarded(List<Tensor> inputs, Function<List<Tensor>, Tensor> forward) {
    try (HookHandle guard = guard()) {
      return forward.apply(inputs);
    }
  }

  /** Opens the guards; closing the result closes them in reverse order. */
  HookHandle guard() {
    List<HookHandle> open = new ArrayList<>();
    try {
      for (ForwardGuard guard : guards) {
        open.add(guard.enter(module));
      }
    } catch (RuntimeException e) {
      close(open);
      throw e;
    }
    return () -> close(open);
  }

  private static void close(List<HookHandle> open) {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** Before a call whose result is a tree. */
  void beforeTree() {
    inputs(List.of());
    if (around != null) {
      throw ConfigException.because(
          module.typeName()
              + ": only passes with one result can be run by something else, such as recomputation;"
              + " choose a layer inside of this one");
    }
    if (!backward.isEmpty()) {
      throw ConfigException.because(
          module.typeName()
              + ": a full backward hook needs a module with one result; register it with a layer"
              + " inside of this one");
    }
  }

  /** After a call whose result is a tree. */
  void afterTree(List<Tensor> outputs) {
    for (ForwardHook hook : after) {
      if (hook.after(module, List.of(), outputs) != null) {
        throw ConfigException.because(
            module.typeName()
                + ": a forward hook can replace the result of a module with one result only; this"
                + " one has "
                + outputs.size());
      }
    }
  }

  private List<Tensor> inputs(List<Tensor> given) {
    List<Tensor> inputs = given;
    for (ForwardPreHook hook : before) {
      List<Tensor> other = hook.before(module, inputs);
      if (other != null && other.size() != given.size()) {
        throw ConfigException.because(
            module.typeName()
                + ": a forward pre-hook gave "
                + other.size()
                + " inputs, expected "
                + given.size());
      }
      inputs = other == null ? inputs : other;
    }
    return inputs;
  }

  /** The gradients of one call, which pass a place of their own in the graph on either side. */
  private static final class Gradients {
    private final Module module;
    private final List<BackwardHook> hooks;
    private boolean entered;
    private List<@Nullable Tensor> ofOutputs = List.of();

    Gradients(Module module, List<BackwardHook> hooks) {
      this.module = module;
      this.hooks = hooks;
    }

    List<Tensor> enter(List<Tensor> inputs) {
      entered = inputs.stream().anyMatch(Tensor::requiresGrad);
      return entered ? new Passing(this::complete).applyAll(inputs) : inputs;
    }

    Tensor leave(Tensor output) {
      return output.requiresGrad() ? new Passing(this::arrived).apply(output) : output;
    }

    private List<@Nullable Tensor> arrived(List<@Nullable Tensor> gradients) {
      release();
      List<@Nullable Tensor> kept = new ArrayList<>();
      for (Tensor gradient : gradients) {
        kept.add(gradient == null ? null : Scope.detach(gradient.handle()));
      }
      ofOutputs = kept;
      if (!entered) {
        complete(Collections.singletonList(null));
      }
      return gradients;
    }

    private List<@Nullable Tensor> complete(List<@Nullable Tensor> gradients) {
      List<@Nullable Tensor> ofInputs = gradients;
      for (BackwardHook hook : hooks) {
        List<@Nullable Tensor> other = hook.backward(module, ofInputs, ofOutputs);
        ofInputs = other == null ? ofInputs : other;
      }
      release();
      return ofInputs;
    }

    private void release() {
      for (Tensor each : ofOutputs) {
        if (each != null) {
          each.close();
        }
      }
      ofOutputs = List.of();
    }
  }

  /** Hands its inputs on, and their gradients past {@code seen}. */
  private record Passing(UnaryOperator<List<@Nullable Tensor>> seen) implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      return inputs;
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      return seen.apply(gradients);
    }

    @Override
    public String name() {
      return "moduleHook";
    }
  }
}

package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one node, in the order in which the engine calls them: those on its outputs'
 * tensors, those that keep their gradients, those before the node runs, those after it.
 */
final class NodeHooks {
  private record OnOutput(int output, TensorHook hook) {}

  /** Weak, because the tensor holds the node. */
  private record Keeper(int output, WeakReference<Tensor> tensor) {}

  private final List<OnOutput> tensorHooks = new CopyOnWriteArrayList<>();
  private final List<Keeper> keepers = new CopyOnWriteArrayList<>();
  private final List<NodeHook.Before> before = new CopyOnWriteArrayList<>();
  private final List<NodeHook.After> after = new CopyOnWriteArrayList<>();

  HookHandle add(int output, TensorHook hook) {
    OnOutput entry = new OnOutput(output, hook);
    return added(tensorHooks, entry);
  }

  HookHandle keep(int output, Tensor tensor) {
    return added(keepers, new Keeper(output, new WeakReference<>(tensor)));
  }

  HookHandle add(NodeHook.Before hook) {
    return added(before, hook);
  }

  HookHandle add(NodeHook.After hook) {
    return added(after, hook);
  }

  private static <T> HookHandle added(List<T> list, T entry) {
    list.add(entry);
    return () -> {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) == entry) {
          list.remove(i);
          return;
        }
      }
    };
  }

  /** Calls the hooks of tensors, and hands gradients to tensors that keep theirs. */
  void onTensors(String name, List<@Nullable Tensor> gradients) {
    for (OnOutput each : tensorHooks) {
      Tensor gradient = gradients.get(each.output());
      if (gradient != null) {
        try (Scope scope = Scope.open("hook on the result of " + name)) {
          Tensor answer = each.hook().apply(gradient);
          replace(name, gradients, each.output(), answer, scope);
        }
      }
    }
    for (Keeper each : keepers) {
      Tensor gradient = gradients.get(each.output());
      Tensor tensor = each.tensor().get();
      if (gradient != null && tensor != null && !tensor.isReleased()) {
        tensor.keepGradient(gradient);
      }
    }
  }

  /** Calls the hooks before the node. */
  void onGradients(String name, List<@Nullable Tensor> gradients) {
    for (NodeHook.Before hook : before) {
      try (Scope scope = Scope.open("hook before " + name)) {
        List<@Nullable Tensor> answer = hook.apply(gradients);
        if (answer != null) {
          checkCount(name, gradients.size(), answer.size());
          for (int i = 0; i < gradients.size(); i++) {
            replace(name, gradients, i, answer.get(i), scope);
          }
        }
      }
    }
  }

  /** Calls the hooks after the node; gives what its inputs get. */
  List<@Nullable Tensor> onResults(
      String name, List<@Nullable Tensor> results, List<@Nullable Tensor> gradients) {
    List<@Nullable Tensor> current = results;
    for (NodeHook.After hook : after) {
      List<@Nullable Tensor> answer = hook.apply(current, gradients);
      if (answer != null) {
        checkCount(name, current.size(), answer.size());
        for (int i = 0; i < answer.size(); i++) {
          Tensor old = current.get(i);
          Tensor replacement = answer.get(i);
          if (old != null && replacement != null) {
            checkFits(name, old.spec(), replacement.spec());
          }
        }
        current = answer;
      }
    }
    return current;
  }

  private static void replace(
      String name, List<@Nullable Tensor> gradients, int at, @Nullable Tensor answer, Scope scope) {
    Tensor old = gradients.get(at);
    if (answer == null || answer == old) {
      return;
    }
    if (old != null) {
      checkFits(name, old.spec(), answer.spec());
    }
    gradients.set(at, scope.keep(answer.owner() == scope ? answer : answer.handle()));
    if (old != null) {
      old.close();
    }
  }

  private static void checkCount(String name, int expected, int got) {
    if (expected != got) {
      throw BackwardException.because(
          "hook of "
              + name
              + ": expected "
              + expected
              + " gradients, got "
              + got
              + "; return one for each that came in, or null to leave them as they are");
    }
  }

  private static void checkFits(String name, Spec expected, Spec got) {
    if (!expected.shape().equals(got.shape())) {
      throw ShapeException.mismatch(
          "hook of " + name, "a gradient of shape " + expected.shape(), got.shape());
    }
    if (expected.dtype() != got.dtype()) {
      throw DTypeException.mismatch("hook of " + name, expected.dtype(), got.dtype());
    }
  }
}

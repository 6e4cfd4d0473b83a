package ai.cresset.tensor.autograd;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the backward pass ends: adds what comes in to the gradient of a leaf, then calls its hooks.
 */
public final class AccumulateGrad extends Node {
  private final Tensor leaf;
  private final List<Consumer<Tensor>> hooks = new ArrayList<>();
  private @Nullable Tensor gradient;
  private @Nullable Tensor target;
  private boolean targetHolds;

  public AccumulateGrad(Tensor leaf) {
    this.leaf = leaf;
    retain();
  }

  /** The gradient so far. */
  public @Nullable Tensor gradient() {
    return target != null && !targetHolds ? null : gradient;
  }

  /** Replaces the gradient; this node owns it from now on. */
  public void gradient(@Nullable Tensor replacement) {
    if (replacement == null && target != null) {
      targetHolds = false;
      return;
    }
    if (gradient != null && gradient != target) {
      gradient.close();
    }
    target = null;
    gradient = replacement == null ? null : Scope.detach(replacement);
  }

  /**
   * Makes gradients gather in {@code place}, a tensor of the leaf's shape and type that the caller
   * owns (a slice of a bucket): the first of a pass is copied there, later ones are added.
   */
  public void target(Tensor place) {
    gradient(null);
    gradient = place;
    target = place;
    targetHolds = false;
  }

  /** Says that the caller wrote this pass's gradient into the target itself. */
  public void targetFilled() {
    targetHolds = target != null;
  }

  /** Forgets the target, which stays the caller's; the gradient is null afterwards. */
  public void detachTarget() {
    if (target != null) {
      target = null;
      gradient = null;
      targetHolds = false;
    }
  }

  /** Calls {@code hook} with the leaf whenever its gradient of a backward pass is complete. */
  public void afterAccumulate(Consumer<Tensor> hook) {
    hooks.add(hook);
  }

  @Override
  List<@Nullable Edge> next() {
    return List.of();
  }

  @Override
  int numOutputs() {
    return 1;
  }

  @Override
  String name() {
    return "accumulateGrad";
  }

  @Override
  List<@Nullable Tensor> run(List<@Nullable Tensor> gradients, Needs needs, boolean createGraph) {
    Tensor incoming = gradients.get(0);
    if (incoming != null) {
      accumulate(incoming, createGraph);
    }
    hooks.forEach(hook -> hook.accept(leaf));
    return List.of();
  }

  private void accumulate(Tensor incoming, boolean createGraph) {
    if (target != null && !createGraph) {
      try (GradMode.Restore off = GradMode.disable()) {
        if (targetHolds) {
          target.add_(incoming);
        } else {
          target.copy_(incoming);
        }
        targetHolds = true;
      }
      return;
    }
    Tensor before = gradient();
    if (before == null) {
      boolean exclusive = incoming.storage().references() == 1 && incoming.isContiguous();
      gradient =
          Scope.detach(exclusive || createGraph ? incoming.alias() : incoming.detachedClone());
    } else if (createGraph) {
      gradient = Scope.detach(before.add(incoming));
      before.close();
    } else {
      try (GradMode.Restore off = GradMode.disable()) {
        before.add_(incoming);
      }
    }
  }

  /** Called by the leaf when it is released. */
  public void close() {
    release();
  }

  @Override
  void releaseSavedAfterRun() {}

  @Override
  void releaseSaved() {
    if (gradient != null && gradient != target) {
      gradient.close();
    }
    gradient = null;
    target = null;
  }
}

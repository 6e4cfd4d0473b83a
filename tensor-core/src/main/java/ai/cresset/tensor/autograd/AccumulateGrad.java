package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.DType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the backward pass ends: adds what comes in to the gradient of a leaf, then calls its hooks.
 * The gradient goes with the leaf, even while graphs still lead here.
 */
public final class AccumulateGrad extends Node {
  private final Tensor leaf;
  private final List<Consumer<Tensor>> afterAccumulate = new CopyOnWriteArrayList<>();
  private @Nullable Tensor gradient;
  private @Nullable Tensor target;
  private boolean targetHolds;
  private double factor = 1;
  private boolean closed;

  public AccumulateGrad(Tensor leaf) {
    this.leaf = leaf;
    retain();
  }

  /** The gradient so far. */
  public @Nullable Tensor gradient() {
    multiply();
    return withoutFactor();
  }

  /** The gradient before it is multiplied by {@link #factor}. */
  public @Nullable Tensor withoutFactor() {
    return target != null && !targetHolds ? null : gradient;
  }

  /** What {@link #withoutFactor} is to be multiplied by; 1 but for {@link #multiplyLater}. */
  public double factor() {
    return factor;
  }

  /**
   * Multiplies the gradient, when it is first looked at: whoever reads it once and knows of the
   * factor, as a fused optimizer does, saves a pass over memory. Tensors that {@link #gradient()}
   * gave before may lack the factor until it is called again. 16-bit gradients are multiplied at
   * once, so that they are rounded the same for all who read them.
   */
  public void multiplyLater(double by) {
    factor *= by;
    if (leaf.dtype().bytes() < DType.FLOAT32.bytes()) {
      multiply();
    }
  }

  private void multiply() {
    double by = factor;
    factor = 1;
    Tensor whole = withoutFactor();
    if (by != 1 && whole != null) {
      try (GradMode.Restore off = GradMode.disable()) {
        whole.mul_(by);
      }
    }
  }

  /** Replaces the gradient; this node owns it from now on. Null forgets it and keeps the target. */
  public void gradient(@Nullable Tensor replacement) {
    if (replacement != null) {
      check("gradient", replacement);
    }
    factor = 1;
    if (replacement == null && target != null) {
      targetHolds = false;
      return;
    }
    if (replacement != null && replacement == gradient) {
      targetHolds = true;
      return;
    }
    drop();
    gradient = replacement == null ? null : Scope.detach(replacement);
  }

  /**
   * Makes gradients gather in {@code place}, a tensor of the leaf's shape and type that the caller
   * owns (a slice of a bucket). The first after {@code zeroGrad} is copied there, later ones are
   * added. A gradient gathered before is forgotten.
   */
  public void target(Tensor place) {
    check("target", place);
    factor = 1;
    drop();
    gradient = place;
    target = place;
    targetHolds = false;
  }

  /** Says that the caller wrote this pass's gradient into the target itself. */
  public void targetFilled() {
    targetHolds = target != null;
  }

  /** The target as long as it holds nothing: what it will hold next may be written there. */
  @Nullable Tensor freeTarget() {
    return targetHolds ? null : target;
  }

  /** Forgets the target, which stays the caller's; the gradient is null afterwards. */
  public void detachTarget() {
    if (target != null) {
      factor = 1;
      target = null;
      gradient = null;
      targetHolds = false;
    }
  }

  /** For a leaf that gets other elements: refuses to leave a target of the old kind behind. */
  public void beforeReplacing() {
    if (target != null) {
      throw BackwardException.because(
          "the gradient of "
              + leaf.spec()
              + " gathers in a buffer that others hold, such as a bucket of data parallelism; change"
              + " type or device before that is set up");
    }
  }

  private void check(String what, Tensor tensor) {
    if (!tensor.spec().equals(leaf.spec())) {
      throw ShapeException.mismatch(what + " of a leaf", leaf.spec().toString(), tensor.spec());
    }
  }

  /**
   * Calls {@code hook} with the leaf in each backward pass that reaches it, as soon as its gradient
   * is complete and while the pass goes on. Hooks run in order of registration.
   */
  public HookHandle afterAccumulate(Consumer<Tensor> hook) {
    Consumer<Tensor> own = leaf -> hook.accept(leaf); // one of its own, to be found again
    afterAccumulate.add(own);
    return () -> afterAccumulate.remove(own);
  }

  @Override
  public List<@Nullable Edge> next() {
    return List.of();
  }

  @Override
  public int numOutputs() {
    return 1;
  }

  @Override
  public String name() {
    return "accumulateGrad";
  }

  @Override
  List<@Nullable Tensor> run(List<@Nullable Tensor> gradients, Needs needs, boolean createGraph) {
    if (closed) {
      return List.of();
    }
    Tensor incoming = gradients.get(0);
    multiply();
    if (incoming != null) {
      try (GradMode.Restore mode = GradMode.set(createGraph)) {
        if (target != null) {
          gather(target, incoming, createGraph);
        } else {
          accumulate(incoming, createGraph);
        }
      }
    }
    for (Consumer<Tensor> hook : afterAccumulate) {
      hook.accept(leaf);
    }
    return List.of();
  }

  private void gather(Tensor place, Tensor incoming, boolean createGraph) {
    if (createGraph) {
      throw BackwardException.because(
          "a leaf whose gradient gathers in a target cannot keep a graph of it; use Autograd.grad"
              + " for higher derivatives");
    }
    if (targetHolds) {
      place.add_(incoming);
    } else if (!isSame(place, incoming)) {
      place.copy_(incoming);
    }
    targetHolds = true;
  }

  /** Whether the gradient was computed where it belongs. */
  private static boolean isSame(Tensor place, Tensor incoming) {
    return place.storage() == incoming.storage()
        && place.storageOffset() == incoming.storageOffset()
        && place.strides().equals(incoming.strides());
  }

  private void accumulate(Tensor incoming, boolean createGraph) {
    Tensor before = gradient;
    if (before == null) {
      gradient =
          Scope.detach(
              createGraph || isExclusive(incoming) ? incoming.handle() : incoming.detachedClone());
    } else if (createGraph) {
      gradient = Scope.detach(before.add(incoming));
      before.close();
    } else {
      before.add_(incoming);
    }
  }

  /** Whether nothing else holds this memory, so that it can become the gradient without a copy. */
  private static boolean isExclusive(Tensor incoming) {
    long bytes = incoming.numel() * incoming.dtype().bytes();
    return incoming.storage().references() == 1
        && incoming.isContiguous()
        && incoming.storage().bytes() == bytes;
  }

  private void drop() {
    if (gradient != null && gradient != target) {
      gradient.close();
    }
    gradient = null;
    target = null;
    targetHolds = false;
  }

  /** Called by the leaf when it is released. */
  public void close() {
    closed = true;
    afterAccumulate.clear();
    drop();
    release();
  }

  @Override
  void releaseSavedAfterRun() {}

  @Override
  void releaseSaved() {
    drop();
  }
}

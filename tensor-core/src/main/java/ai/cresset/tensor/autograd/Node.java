package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A step of the backward pass. Reference counted by the tensors it made and the nodes that come
 * after it, so that what it saved is freed when the last of them goes, without a garbage
 * collection.
 */
public abstract sealed class Node permits OpNode, AccumulateGrad {
  private static final AtomicLong SEQUENCE = new AtomicLong();

  private final long sequence = SEQUENCE.incrementAndGet();
  private final AtomicInteger references = new AtomicInteger();
  private @Nullable NodeHooks hooks;

  /** Order of creation: nodes later in the forward pass have higher numbers. */
  final long sequence() {
    return sequence;
  }

  /** Where the gradients of the inputs go; null for inputs without one. */
  public abstract List<@Nullable Edge> next();

  /** Computes gradients of the inputs. The engine owns what comes in and what goes out. */
  abstract List<@Nullable Tensor> run(
      List<@Nullable Tensor> gradients, Needs needs, boolean createGraph);

  /** How many results the operation had. */
  public abstract int numOutputs();

  /** The operation's name, such as {@code matmul}. */
  public abstract String name();

  /** Calls {@code hook} before each run of this node, in order of registration. */
  public final HookHandle registerHook(NodeHook.Before hook) {
    return ownHooks().add(hook);
  }

  /** Calls {@code hook} after each run of this node, in order of registration. */
  public final HookHandle registerHook(NodeHook.After hook) {
    return ownHooks().add(hook);
  }

  /** For tensors: calls {@code hook} with the complete gradient of an output. */
  public final HookHandle registerHook(int output, TensorHook hook) {
    return ownHooks().add(output, hook);
  }

  /** For tensors: hands the gradient of an output to {@code tensor}. */
  public final HookHandle retainGradient(int output, Tensor tensor) {
    return ownHooks().keep(output, tensor);
  }

  private NodeHooks ownHooks() {
    if (hooks == null) {
      hooks = new NodeHooks();
    }
    return hooks;
  }

  /** Null as long as there never was one. */
  final @Nullable NodeHooks hooks() {
    return hooks;
  }

  /** Where the operation was called, if it was recorded in anomaly mode. */
  @Nullable Throwable forwardCall() {
    return null;
  }

  /** Frees saved tensors; a later run of this node is an error that says so. */
  abstract void releaseSaved();

  /** Frees saved tensors after a pass that does not retain the graph; leaves keep theirs. */
  void releaseSavedAfterRun() {
    releaseSaved();
  }

  final Node retain() {
    references.incrementAndGet();
    return this;
  }

  /**
   * Gives up a reference; the last one frees this node and what only it held, without recursion.
   */
  final void release() {
    if (references.decrementAndGet() > 0) {
      return;
    }
    ArrayDeque<Node> pending = new ArrayDeque<>();
    freeInto(pending);
    while (!pending.isEmpty()) {
      Node node = pending.pop();
      if (node.references.decrementAndGet() == 0) {
        node.freeInto(pending);
      }
    }
  }

  private void freeInto(ArrayDeque<Node> pending) {
    releaseSaved();
    hooks = null;
    for (Edge edge : next()) {
      if (edge != null) {
        pending.push(edge.node());
      }
    }
  }
}

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

  /** Order of creation: nodes later in the forward pass have higher numbers. */
  final long sequence() {
    return sequence;
  }

  /** Where the gradients of the inputs go; null for inputs without one. */
  abstract List<@Nullable Edge> next();

  /** Computes gradients of the inputs. The engine owns what comes in and what goes out. */
  abstract List<@Nullable Tensor> run(
      List<@Nullable Tensor> gradients, Needs needs, boolean createGraph);

  abstract int numOutputs();

  /** Name for messages. */
  public abstract String name();

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
    for (Edge edge : next()) {
      if (edge != null) {
        pending.push(edge.node());
      }
    }
  }
}

package ai.cresset.tensor;

import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.autograd.Edge;
import ai.cresset.tensor.autograd.Lineage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a tensor handle must give back: its reference to the storage and to its node. Apart from the
 * handle, so that the cleaner can free what a lost handle left behind.
 */
final class TensorBody implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TensorBody.class);

  private final Storage storage;
  private @Nullable Edge edge;
  private @Nullable Lineage lineage;
  private int generation;
  private @Nullable String releasedBy;

  TensorBody(Storage storage, @Nullable Edge edge) {
    this.storage = storage;
    if (edge != null) {
      place(edge);
    }
  }

  Storage storage(Tensor handle) {
    if (releasedBy != null) {
      throw LifetimeException.released("tensor " + handle.dtype() + handle.shape(), releasedBy);
    }
    return storage;
  }

  @Nullable Edge edge() {
    return edge;
  }

  void place(Edge place) {
    place.retain();
    if (edge != null) {
      edge.release();
    }
    edge = place;
  }

  /** Gives up the place in the graph. */
  void detach() {
    if (edge != null) {
      edge.release();
      edge = null;
    }
  }

  /** What this tensor shares with others over the same memory; null for none. */
  @Nullable Lineage lineage() {
    return lineage;
  }

  void join(Lineage shared) {
    shared.retain();
    if (lineage != null) {
      lineage.release();
    }
    lineage = shared;
    generation = shared.generation();
  }

  void leave() {
    if (lineage != null) {
      lineage.release();
      lineage = null;
    }
  }

  /** The lineage's generation that {@link #edge} belongs to. */
  int generation() {
    return generation;
  }

  void generation(int now) {
    generation = now;
  }

  boolean isReleased() {
    return releasedBy != null;
  }

  /** Gives everything back; false if that was done before. */
  synchronized boolean release(String by) {
    if (releasedBy != null) {
      return false;
    }
    releasedBy = by;
    if (edge != null) {
      edge.release();
    }
    if (lineage != null) {
      lineage.release();
    }
    storage.release();
    return true;
  }

  /** The safety net: the handle is gone and nobody closed it. */
  @Override
  public void run() {
    if (release("the garbage collector")) {
      LOG.warn(
          "a tensor of {} bytes was never closed and was freed by the garbage collector; open a Scope"
              + " around the code that makes it",
          storage.bytes());
    }
  }
}

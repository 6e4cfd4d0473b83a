package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor and the views made of it share, so that a change in place of one reaches the
 * gradients of all: where the base's gradient goes now, and how often that changed. A view whose
 * generation is old takes a new place in the graph, as a part of the changed base.
 *
 * <p>Reference counted by those tensors. Made with the first view; most tensors have none.
 */
public final class Lineage {
  private final Region base;
  private final AtomicInteger references = new AtomicInteger();
  private @Nullable Edge edge;
  private boolean leafRequiresGrad;
  private int generation;

  /** Of a base that was not changed yet. */
  public Lineage(Tensor base, boolean leafRequiresGrad, @Nullable Edge edge) {
    this.base = Region.of(base);
    this.leafRequiresGrad = leafRequiresGrad;
    this.edge = edge;
    if (edge != null) {
      edge.retain();
    }
  }

  public Lineage retain() {
    references.incrementAndGet();
    return this;
  }

  /** Ends a {@link #retain}; the last one gives up the base's place in the graph. */
  public void release() {
    if (references.decrementAndGet() == 0 && edge != null) {
      edge.release();
      edge = null;
    }
  }

  /** How often elements of the base got a new history. */
  public int generation() {
    return generation;
  }

  /** Whether the base is a leaf that requires a gradient. */
  public boolean leafRequiresGrad() {
    return leafRequiresGrad;
  }

  public void leafRequiresGrad(boolean requires) {
    leafRequiresGrad = requires;
  }

  /** Whether {@code tensor} is the whole base. */
  public boolean isBase(Tensor tensor) {
    return base.equals(Region.of(tensor));
  }

  /** Whether gradients flow into the base. */
  public boolean requiresGrad() {
    return edge != null;
  }

  /** Where the gradient of a view of this base goes now. */
  public @Nullable Edge edgeOf(Tensor view) {
    Edge whole = edge;
    if (whole == null || isBase(view)) {
      return whole;
    }
    RegionOf part = new RegionOf(base, Region.of(view));
    return Graph.link(part, List.of(base.spec()), List.of(whole));
  }

  /** An operation in place gave the elements of {@code changed} another history. */
  public void rebase(Tensor changed, Edge place) {
    Edge now = place;
    if (!isBase(changed)) {
      RegionReplaced whole = new RegionReplaced(base, Region.of(changed));
      List<@Nullable Edge> next = new ArrayList<>(2);
      next.add(edge);
      next.add(place);
      now = Graph.link(whole, List.of(base.spec(), changed.spec()), next);
    }
    now.retain();
    if (edge != null) {
      edge.release();
    }
    edge = now;
    leafRequiresGrad = false;
    generation++;
  }
}

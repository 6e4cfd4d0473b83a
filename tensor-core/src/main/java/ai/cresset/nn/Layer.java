package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A module from one tensor to one tensor. */
public abstract class Layer extends Module {
  private @Nullable Layer instead;

  /** Runs the layer; the result belongs to the caller's scope. */
  public final Tensor call(Tensor input) {
    return scoped(List.of(input), inputs -> run(inputs.get(0)));
  }

  private Tensor run(Tensor input) {
    return instead == null ? forward(input) : instead.call(input);
  }

  /**
   * Puts a layer in the place of this one, wherever this one is called: it appears in the tree
   * under this one's name. What this one had is closed.
   */
  final void giveWay(Layer other) {
    removeAll();
    instead = become(other);
  }

  /**
   * Whether a call of this layer is its {@link #forward} and nothing else: no hooks, and no other
   * layer in its place. Only such layers may be computed together with their neighbours.
   */
  public final boolean isPlain() {
    return instead == null && !hasHooks();
  }

  /** Computes the output. What it makes on the way is released when it returns. */
  protected abstract Tensor forward(Tensor input);
}

package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is made at the first call, when the features of its input are known, or when a state
 * is loaded that tells them ({@code torch.nn.modules.lazy}). From then on the layer made stands in
 * its place in the tree, under its names. Before that, its parameters can neither be counted nor
 * saved nor given to an optimizer.
 *
 * @param <L> the kind of layer that is made
 */
public abstract class LazyLayer<L extends Layer> extends Layer {
  private @Nullable L made;

  /** Makes the layer for inputs of so many features. */
  protected abstract L make(long features);

  /** How many features an input has. */
  protected abstract long features(Tensor input);

  /** The name of a tensor of a state that tells the features. */
  protected abstract String teller();

  /** How many features the layer has that such a tensor is of; its rank is not checked yet. */
  protected abstract long featuresOf(Tensor tensor);

  /** The least rank of such a tensor. */
  protected abstract int tellerRank();

  /** Whether the layer to be made has parameters or buffers at all. */
  protected boolean hasState() {
    return true;
  }

  /** The layer that was made, or null before the first call. */
  public final @Nullable L made() {
    return made;
  }

  @Override
  protected final boolean isUninitialized() {
    return made == null && hasState();
  }

  @Override
  protected final void initialize(StateDict state, String prefix) {
    String name = prefix.isEmpty() ? teller() : prefix + "." + teller();
    if (made == null && state.contains(name) && state.get(name).rank() >= tellerRank()) {
      made = become(make(featuresOf(state.get(name))));
    }
  }

  @Override
  protected final Tensor forward(Tensor input) {
    L layer = made;
    if (layer == null) {
      layer = become(make(features(input)));
      made = layer;
    }
    return layer.call(input);
  }
}

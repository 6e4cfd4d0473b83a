package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Several dimensions in place of one ({@code torch.nn.Unflatten}): {@code [..., size, ...]} to
 * {@code [..., first, second, ...]}, whose product is the size.
 */
public final class Unflatten extends Layer {
  private final int dim;
  private final long[] sizes;

  /** Splits {@code dim} into these sizes; one of them may be -1, which is what is left. */
  public Unflatten(int dim, long... sizes) {
    this.dim = dim;
    this.sizes = sizes.clone();
  }

  @Override
  protected Tensor forward(Tensor input) {
    return input.unflatten(dim, sizes);
  }

  @Override
  protected String settings() {
    return "dim " + dim + " to " + Arrays.toString(sizes);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("dim", dim).integers("sizes", sizes);
  }
}

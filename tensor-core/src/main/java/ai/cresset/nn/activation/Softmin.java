package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** Softmax of {@code -x} along a dimension ({@code torch.nn.Softmin}). Any shape. */
public final class Softmin extends Layer {
  private final int dim;

  /**
   * Softmin with its settings.
   *
   * @param dim the dimension; negative ones count from the end
   */
  public Softmin(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.softmin(input, dim);
  }

  @Override
  protected String settings() {
    return Integer.toString(dim);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("dim", dim);
  }
}

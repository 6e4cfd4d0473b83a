package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** {@code e^x / sum(e^x)} along a dimension ({@code torch.nn.Softmax}). Any shape. */
public final class Softmax extends Layer {
  private final int dim;

  /**
   * Softmax with its settings.
   *
   * @param dim the dimension; negative ones count from the end
   */
  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.softmax(input, dim);
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

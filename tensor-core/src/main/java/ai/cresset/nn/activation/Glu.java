package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/**
 * {@code a * sigmoid(b)} for the halves a and b of a dimension ({@code torch.nn.GLU}). Any shape.
 */
public final class Glu extends Layer {
  private final int dim;

  /** With PyTorch's default: dim -1. */
  public Glu() {
    this(-1);
  }

  /**
   * Glu with its settings.
   *
   * @param dim the dimension, of an even size
   */
  public Glu(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.glu(input, dim);
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

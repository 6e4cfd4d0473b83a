package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/** The logarithm of softmax along a dimension ({@code torch.nn.LogSoftmax}). Any shape. */
public final class LogSoftmax extends Layer {
  private final int dim;

  /**
   * LogSoftmax with its settings.
   *
   * @param dim the dimension; negative ones count from the end
   */
  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.logSoftmax(input, dim);
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

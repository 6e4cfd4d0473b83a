package ai.cresset.nn.norm;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Brings the last dimension to mean 0 and variance 1, then scales and shifts (Ba et al. 2016,
 * {@code torch.nn.LayerNorm}).
 *
 * <p>Input and output {@code [..., features]}. Parameters: {@code weight} {@code [features]}, ones,
 * and, where wanted, {@code bias} {@code [features]}, zeros.
 */
public final class LayerNorm extends Layer {
  private static final double EPSILON = 1e-5;

  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final double epsilon;

  /** With a bias. */
  public LayerNorm(long features) {
    this(features, true, Placement.DEFAULT);
  }

  public LayerNorm(long features, boolean bias, Placement placement) {
    this(features, bias, EPSILON, placement);
  }

  /**
   * A layer norm.
   *
   * @param epsilon added to the variance
   */
  public LayerNorm(long features, boolean bias, double epsilon, Placement placement) {
    this.epsilon = epsilon;
    weight = parameter("weight", Tensor.empty(placement.spec(features)));
    Init.ones(weight);
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(features))) : null;
    if (this.bias != null) {
      Init.zeros(this.bias);
    }
  }

  public Parameter weight() {
    return weight;
  }

  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.layerNorm(input, weight.shape(), weight, bias, epsilon);
  }

  @Override
  protected String settings() {
    return weight.size(0) + (bias == null ? ", no bias" : "");
  }
}

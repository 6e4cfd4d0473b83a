package ai.cresset.nn.norm;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Brings the trailing dimensions to mean 0 and variance 1, then scales and shifts (Ba et al. 2016,
 * {@code torch.nn.LayerNorm}).
 *
 * <p>Input and output {@code [..., normalizedShape]}. Parameters, where wanted: {@code weight}
 * {@code [normalizedShape]}, ones, and {@code bias} {@code [normalizedShape]}, zeros.
 */
public final class LayerNorm extends Layer {
  private static final double EPSILON = 1e-5;

  private final Shape normalizedShape;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;
  private final double epsilon;

  /** Over the last dimension, with a bias. */
  public LayerNorm(long features) {
    this(features, true, Placement.DEFAULT);
  }

  /** Over the last dimension. */
  public LayerNorm(long features, boolean bias, Placement placement) {
    this(features, bias, EPSILON, placement);
  }

  /**
   * Over the last dimension.
   *
   * @param epsilon added to the variance
   */
  public LayerNorm(long features, boolean bias, double epsilon, Placement placement) {
    this(Shape.of(features), epsilon, true, bias, placement);
  }

  /**
   * Over the trailing dimensions.
   *
   * @param epsilon added to the variance
   * @param affine whether there is a {@code weight}
   * @param bias whether there is a {@code bias} beside the weight
   */
  public LayerNorm(
      Shape normalizedShape, double epsilon, boolean affine, boolean bias, Placement placement) {
    this.normalizedShape = normalizedShape;
    this.epsilon = epsilon;
    Spec spec = placement.spec(normalizedShape.toArray());
    weight = affine ? parameter("weight", Tensor.ones(spec)) : null;
    this.bias = affine && bias ? parameter("bias", Tensor.zeros(spec)) : null;
  }

  /** Null where the norm does not scale. */
  public @Nullable Parameter weight() {
    return weight;
  }

  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor scale = weight == null ? null : value(weight);
    Tensor shift = bias == null ? null : value(bias);
    return Layers.layerNorm(input, normalizedShape, scale, shift, epsilon);
  }

  @Override
  protected String settings() {
    String sizes =
        normalizedShape.rank() == 1 ? "" + normalizedShape.size(0) : "" + normalizedShape;
    return sizes + (weight != null && bias == null ? ", no bias" : "");
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integers("normalizedShape", normalizedShape.toArray())
        .number("eps", epsilon)
        .flag("affine", weight != null)
        .flag("bias", bias != null);
  }
}

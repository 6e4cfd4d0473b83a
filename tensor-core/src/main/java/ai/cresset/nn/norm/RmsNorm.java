package ai.cresset.nn.norm;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Brings the trailing dimensions to root mean square 1, then scales (Zhang and Sennrich 2019,
 * {@code torch.nn.RMSNorm}).
 *
 * <p>Input and output {@code [..., normalizedShape]}. Parameter, where wanted: {@code weight}
 * {@code [normalizedShape]}, ones.
 */
public final class RmsNorm extends Layer {
  private final Shape normalizedShape;
  private final @Nullable Double epsilon;
  private final @Nullable Parameter weight;

  public RmsNorm(long features) {
    this(Shape.of(features), null, true, Placement.DEFAULT);
  }

  /**
   * An RMS norm.
   *
   * @param epsilon added to the mean of squares; null for the smallest step of the type at 1
   * @param affine whether there is a {@code weight}
   */
  public RmsNorm(
      Shape normalizedShape, @Nullable Double epsilon, boolean affine, Placement placement) {
    this.normalizedShape = normalizedShape;
    this.epsilon = epsilon;
    long[] sizes = normalizedShape.toArray();
    weight = affine ? parameter("weight", Tensor.ones(placement.spec(sizes))) : null;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor scale = weight == null ? null : value(weight);
    return epsilon == null
        ? Normalizations.rmsNorm(input, normalizedShape, scale)
        : Normalizations.rmsNorm(input, normalizedShape, scale, epsilon);
  }

  @Override
  protected String settings() {
    return normalizedShape.toString();
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integers("normalizedShape", normalizedShape.toArray())
        .optionalNumber("eps", epsilon)
        .flag("affine", weight != null);
  }
}

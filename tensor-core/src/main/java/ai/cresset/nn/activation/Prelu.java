package ai.cresset.nn.activation;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Activations;
import ai.cresset.tensor.Tensor;

/**
 * x above 0, {@code weight * x} below (He et al. 2015, {@code torch.nn.PReLU}).
 *
 * <p>Input and output {@code [batch, channels, ...]}. Parameter: {@code weight} {@code [1]} or
 * {@code [channels]}, at first 0.25.
 */
public final class Prelu extends Layer {
  private static final double FIRST_SLOPE = 0.25;

  private final Parameter weight;

  /** One slope for all channels. */
  public Prelu() {
    this(1, FIRST_SLOPE, Placement.DEFAULT);
  }

  /** One slope for each channel. */
  public Prelu(long channels) {
    this(channels, FIRST_SLOPE, Placement.DEFAULT);
  }

  /**
   * A rectifier that learns its slope.
   *
   * @param channels 1 or the number of channels
   * @param slope the first one
   */
  public Prelu(long channels, double slope, Placement placement) {
    weight = parameter("weight", Tensor.full(placement.spec(channels), slope));
  }

  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Activations.prelu(input, value(weight));
  }

  @Override
  protected String settings() {
    return Long.toString(weight.numel());
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("numParameters", weight.numel());
  }
}

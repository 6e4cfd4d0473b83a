package ai.cresset.nn.norm;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Brings each group of channels of each sample to mean 0 and variance 1, then scales and shifts by
 * channel (Wu and He 2018, {@code torch.nn.GroupNorm}).
 *
 * <p>Input and output {@code [batch, channels, ...]}. Parameters, where wanted: {@code weight}
 * {@code [channels]}, ones, and {@code bias} {@code [channels]}, zeros.
 */
public final class GroupNorm extends Layer {
  private static final double EPSILON = 1e-5;

  private final int groups;
  private final long channels;
  private final double epsilon;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  public GroupNorm(int groups, long channels) {
    this(groups, channels, EPSILON, true, Placement.DEFAULT);
  }

  /**
   * A group norm.
   *
   * @param groups a divisor of {@code channels}
   * @param epsilon added to the variance
   * @param affine whether there are {@code weight} and {@code bias}
   */
  public GroupNorm(int groups, long channels, double epsilon, boolean affine, Placement placement) {
    if (groups < 1 || channels % groups != 0) {
      throw ConfigException.value("GroupNorm.groups", groups, "a divisor of " + channels);
    }
    this.groups = groups;
    this.channels = channels;
    this.epsilon = epsilon;
    weight = affine ? parameter("weight", Tensor.ones(placement.spec(channels))) : null;
    bias = affine ? parameter("bias", Tensor.zeros(placement.spec(channels))) : null;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor scale = weight == null ? null : value(weight);
    Tensor shift = bias == null ? null : value(bias);
    return Normalizations.groupNorm(input, groups, scale, shift, epsilon);
  }

  @Override
  protected String settings() {
    return channels + " in " + groups + " groups";
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("numGroups", groups)
        .integer("numChannels", channels)
        .number("eps", epsilon)
        .flag("affine", weight != null);
  }
}

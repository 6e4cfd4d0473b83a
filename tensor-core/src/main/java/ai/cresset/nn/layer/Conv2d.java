package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over two dimensions ({@code torch.nn.Conv2d}).
 *
 * <p>Input {@code [batch, inChannels, height, width]}, output {@code [batch, outChannels, height,
 * width]}, channels-last in memory. Parameters: {@code weight} {@code [outChannels, inChannels /
 * groups, kernel, kernel]} and, where wanted, {@code bias} {@code [outChannels]}, both uniform
 * within {@code 1 / sqrt(inChannels / groups * kernel^2)}.
 */
public final class Conv2d extends Layer {
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final ConvolutionOptions options;

  /** With a bias, stride 1 and no padding. */
  public Conv2d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, ConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public Conv2d(long inChannels, long outChannels, long kernel, ConvolutionOptions options) {
    this(inChannels, outChannels, kernel, options, true, Placement.DEFAULT);
  }

  public Conv2d(
      long inChannels,
      long outChannels,
      long kernel,
      ConvolutionOptions options,
      boolean bias,
      Placement placement) {
    this.options = options;
    long seen = inChannels / options.groups();
    weight = parameter("weight", Tensor.empty(placement.spec(outChannels, seen, kernel, kernel)));
    Init.kaimingUniform(weight, Math.sqrt(5), Generator.current());
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(outChannels))) : null;
    if (this.bias != null) {
      Init.bias(this.bias, weight, Generator.current());
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
    return Convolutions.conv2d(input, weight, bias, options);
  }

  @Override
  protected String settings() {
    return weight.size(1) * options.groups()
        + " -> "
        + weight.size(0)
        + ", kernel "
        + weight.size(2)
        + (bias == null ? ", no bias" : "");
  }
}

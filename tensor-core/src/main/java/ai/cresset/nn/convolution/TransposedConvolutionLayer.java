package ai.cresset.nn.convolution;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What transposed convolutions over one to three dimensions share.
 *
 * <p>Parameters: {@code weight} {@code [inChannels, outChannels / groups, kernel...]} and, where
 * wanted, {@code bias} {@code [outChannels]}, both uniform within {@code 1 / sqrt(outChannels /
 * groups * elements of the kernel)}.
 */
public abstract sealed class TransposedConvolutionLayer extends Layer
    permits ConvTranspose1d, ConvTranspose2d, ConvTranspose3d {
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final TransposedConvolutionOptions options;

  TransposedConvolutionLayer(
      int spatial,
      long inChannels,
      long outChannels,
      long[] kernel,
      TransposedConvolutionOptions options,
      boolean bias,
      Placement placement) {
    this.options = options;
    String layer = "ConvTranspose" + spatial + "d";
    Kernel.checkGroups(layer, inChannels, outChannels, options.groups());
    long[] field = Kernel.each(layer, kernel, spatial);
    long[] sizes = Kernel.weight(inChannels, outChannels / options.groups(), field);
    weight = parameter("weight", Tensor.empty(placement.spec(sizes)));
    Init.kaimingUniform(weight, Math.sqrt(5), Generator.current());
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(outChannels))) : null;
    if (this.bias != null) {
      Init.bias(this.bias, weight, Generator.current());
    }
  }

  public final Parameter weight() {
    return weight;
  }

  public final @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected final Tensor forward(Tensor input) {
    return convolve(input, value(weight), bias == null ? null : value(bias), options);
  }

  abstract Tensor convolve(
      Tensor input, Tensor kernel, @Nullable Tensor shift, TransposedConvolutionOptions how);

  @Override
  protected final String settings() {
    return Kernel.settings(
        weight.size(0), weight.size(1) * options.groups(), weight.shape(), bias != null);
  }

  @Override
  public final void describe(ModuleDescription description) {
    description
        .integer("inChannels", weight.size(0))
        .integer("outChannels", weight.size(1) * options.groups())
        .integers("kernel", Kernel.sizes(weight.shape()))
        .options("options", options)
        .flag("bias", bias != null);
  }
}

package ai.cresset.nn.convolution;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What convolutions over one to three dimensions share: parameters and padding.
 *
 * <p>Parameters: {@code weight} {@code [outChannels, inChannels / groups, kernel...]} and, where
 * wanted, {@code bias} {@code [outChannels]}, both uniform within {@code 1 / sqrt(inChannels /
 * groups * elements of the kernel)}.
 */
public abstract sealed class ConvolutionLayer extends Layer permits Conv1d, Conv2d, Conv3d {
  private final int spatial;
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final ConvolutionOptions given;
  private final ConvolutionOptions options;
  private final PaddingMode mode;
  private final long[] pad;

  ConvolutionLayer(
      int spatial,
      long inChannels,
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    this.spatial = spatial;
    this.mode = mode;
    given = options;
    long[] field = Kernel.each(typeName(), kernel, spatial);
    Kernel.checkGroups(typeName(), inChannels, outChannels, options.groups());
    long[] sizes = Kernel.weight(outChannels, inChannels / options.groups(), field);
    weight = parameter("weight", Tensor.empty(placement.spec(sizes)));
    Init.kaimingUniform(weight, Math.sqrt(5), Generator.current());
    this.bias = bias ? parameter("bias", Tensor.empty(placement.spec(outChannels))) : null;
    if (this.bias != null) {
      Init.bias(this.bias, weight, Generator.current());
    }
    pad = mode == PaddingMode.CONSTANT ? new long[0] : around(field, options);
    this.options = mode == PaddingMode.CONSTANT ? options : options.padding(0);
  }

  /** Elements before and after each dimension, the last dimension first. */
  private static long[] around(long[] kernel, ConvolutionOptions options) {
    int spatial = kernel.length;
    long[] pad = new long[2 * spatial];
    for (int dim = 0; dim < spatial; dim++) {
      int at = 2 * (spatial - 1 - dim);
      if (options.padding().isEmpty()) {
        long total = (kernel[dim] - 1) * Kernel.at(options.dilation(), dim);
        pad[at] = total / 2;
        pad[at + 1] = total - total / 2;
      } else {
        pad[at] = Kernel.at(options.padding(), dim);
        pad[at + 1] = pad[at];
      }
    }
    return pad;
  }

  private String typeName() {
    return "Conv" + spatial + "d";
  }

  public final Parameter weight() {
    return weight;
  }

  public final @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected final Tensor forward(Tensor input) {
    Tensor shift = bias == null ? null : value(bias);
    Tensor padded = pad.length == 0 ? input : Padding.pad(input, mode, pad);
    return convolve(padded, value(weight), shift, options);
  }

  abstract Tensor convolve(
      Tensor input, Tensor kernel, @Nullable Tensor shift, ConvolutionOptions how);

  @Override
  protected final String settings() {
    return Kernel.settings(
        weight.size(1) * options.groups(), weight.size(0), weight.shape(), bias != null);
  }

  @Override
  public final void describe(ModuleDescription description) {
    description
        .integer("inChannels", weight.size(1) * options.groups())
        .integer("outChannels", weight.size(0))
        .integers("kernel", Kernel.sizes(weight.shape()))
        .options("options", given)
        .choice("paddingMode", mode)
        .flag("bias", bias != null);
  }
}

package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over two dimensions ({@code torch.nn.Conv2d}).
 *
 * <p>Input {@code [batch, inChannels, height, width]} or {@code [inChannels, height, width]},
 * output {@code [batch, outChannels, height, width]}, channels-last in memory. Parameters as {@link
 * ConvolutionLayer} says.
 */
public final class Conv2d extends ConvolutionLayer {
  /** With a bias, stride 1 and no padding. */
  public Conv2d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, ConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public Conv2d(long inChannels, long outChannels, long kernel, ConvolutionOptions options) {
    this(inChannels, outChannels, kernel, options, true, Placement.DEFAULT);
  }

  /** Padded with zeros. */
  public Conv2d(
      long inChannels,
      long outChannels,
      long kernel,
      ConvolutionOptions options,
      boolean bias,
      Placement placement) {
    this(
        inChannels,
        outChannels,
        new long[] {kernel},
        options,
        PaddingMode.CONSTANT,
        bias,
        placement);
  }

  /**
   * A convolution.
   *
   * @param kernel one size for all dimensions, or one for each
   * @param options stride, padding, dilation and groups
   * @param mode what padding consists of
   */
  public Conv2d(
      long inChannels,
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    super(2, inChannels, outChannels, kernel, options, mode, bias, placement);
  }

  @Override
  Tensor convolve(Tensor input, Tensor kernel, @Nullable Tensor shift, ConvolutionOptions how) {
    return Convolutions.conv2d(input, kernel, shift, how);
  }
}

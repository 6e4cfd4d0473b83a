package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over three dimensions ({@code torch.nn.Conv3d}).
 *
 * <p>Input {@code [batch, inChannels, depth, height, width]} or {@code [inChannels, depth, height,
 * width]}, output {@code [batch, outChannels, depth, height, width]}, channels-last in memory.
 * Parameters as {@link ConvolutionLayer} says.
 */
public final class Conv3d extends ConvolutionLayer {
  /** With a bias, stride 1 and no padding. */
  public Conv3d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, ConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public Conv3d(long inChannels, long outChannels, long kernel, ConvolutionOptions options) {
    this(inChannels, outChannels, kernel, options, true, Placement.DEFAULT);
  }

  /** Padded with zeros. */
  public Conv3d(
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
  public Conv3d(
      long inChannels,
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    super(3, inChannels, outChannels, kernel, options, mode, bias, placement);
  }

  @Override
  Tensor convolve(Tensor input, Tensor kernel, @Nullable Tensor shift, ConvolutionOptions how) {
    return Convolutions.conv3d(input, kernel, shift, how);
  }
}

package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over one dimension ({@code torch.nn.Conv1d}).
 *
 * <p>Input {@code [batch, inChannels, length]} or {@code [inChannels, length]}, output {@code
 * [batch, outChannels, length]}, channels-last in memory. Parameters as {@link ConvolutionLayer}
 * says.
 */
public final class Conv1d extends ConvolutionLayer {
  /** With a bias, stride 1 and no padding. */
  public Conv1d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, ConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public Conv1d(long inChannels, long outChannels, long kernel, ConvolutionOptions options) {
    this(inChannels, outChannels, kernel, options, true, Placement.DEFAULT);
  }

  /** Padded with zeros. */
  public Conv1d(
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
  public Conv1d(
      long inChannels,
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    super(1, inChannels, outChannels, kernel, options, mode, bias, placement);
  }

  @Override
  Tensor convolve(Tensor input, Tensor kernel, @Nullable Tensor shift, ConvolutionOptions how) {
    return Convolutions.conv1d(input, kernel, shift, how);
  }
}

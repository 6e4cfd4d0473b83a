package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A transposed convolution over three dimensions ({@code torch.nn.ConvTranspose3d}): the gradient
 * of a convolution's input, run forward.
 *
 * <p>Input {@code [batch, inChannels, depth, height, width]} or {@code [inChannels, depth, height,
 * width]}, output {@code [batch, outChannels, depth, height, width]}; each size becomes {@code
 * (size - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1}. Parameters as {@link
 * TransposedConvolutionLayer} says.
 */
public final class ConvTranspose3d extends TransposedConvolutionLayer {
  /** With a bias, stride 1 and no padding. */
  public ConvTranspose3d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, TransposedConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public ConvTranspose3d(
      long inChannels, long outChannels, long kernel, TransposedConvolutionOptions options) {
    this(inChannels, outChannels, new long[] {kernel}, options, true, Placement.DEFAULT);
  }

  /**
   * A transposed convolution.
   *
   * @param kernel one size for all dimensions, or one for each
   * @param options stride, padding, output padding, dilation and groups
   */
  public ConvTranspose3d(
      long inChannels,
      long outChannels,
      long[] kernel,
      TransposedConvolutionOptions options,
      boolean bias,
      Placement placement) {
    super(3, inChannels, outChannels, kernel, options, bias, placement);
  }

  @Override
  Tensor convolve(
      Tensor input, Tensor kernel, @Nullable Tensor shift, TransposedConvolutionOptions how) {
    return Convolutions.convTranspose3d(input, kernel, shift, how);
  }
}

package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A transposed convolution over two dimensions ({@code torch.nn.ConvTranspose2d}): the gradient of
 * a convolution's input, run forward.
 *
 * <p>Input {@code [batch, inChannels, height, width]} or {@code [inChannels, height, width]},
 * output {@code [batch, outChannels, height, width]}; each size becomes {@code (size - 1) stride -
 * 2 padding + dilation (kernel - 1) + outputPadding + 1}. Parameters as {@link
 * TransposedConvolutionLayer} says.
 */
public final class ConvTranspose2d extends TransposedConvolutionLayer {
  /** With a bias, stride 1 and no padding. */
  public ConvTranspose2d(long inChannels, long outChannels, long kernel) {
    this(inChannels, outChannels, kernel, TransposedConvolutionOptions.DEFAULT);
  }

  /** With a bias. */
  public ConvTranspose2d(
      long inChannels, long outChannels, long kernel, TransposedConvolutionOptions options) {
    this(inChannels, outChannels, new long[] {kernel}, options, true, Placement.DEFAULT);
  }

  /**
   * A transposed convolution.
   *
   * @param kernel one size for all dimensions, or one for each
   * @param options stride, padding, output padding, dilation and groups
   */
  public ConvTranspose2d(
      long inChannels,
      long outChannels,
      long[] kernel,
      TransposedConvolutionOptions options,
      boolean bias,
      Placement placement) {
    super(2, inChannels, outChannels, kernel, options, bias, placement);
  }

  @Override
  Tensor convolve(
      Tensor input, Tensor kernel, @Nullable Tensor shift, TransposedConvolutionOptions how) {
    return Convolutions.convTranspose2d(input, kernel, shift, how);
  }
}

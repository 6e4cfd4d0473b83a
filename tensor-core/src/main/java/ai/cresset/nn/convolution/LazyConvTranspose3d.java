package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.tensor.Tensor;

/**
 * A {@link ConvTranspose3d} that takes its input channels from the first input ({@code
 * torch.nn.LazyConvTranspose3d}). Input {@code [batch, channels, depth, height, width]} or without
 * batch, output {@code [batch, outChannels, depth, height, width]}.
 */
public final class LazyConvTranspose3d
    extends LazyConvolution<ConvTranspose3d, TransposedConvolutionOptions> {
  /** With a bias, stride 1 and no padding. */
  public LazyConvTranspose3d(long outChannels, long kernel) {
    this(
        outChannels,
        new long[] {kernel},
        TransposedConvolutionOptions.DEFAULT,
        true,
        Placement.DEFAULT);
  }

  /**
   * A transposed convolution.
   *
   * @param kernel one size for all dimensions, or one for each
   * @param options stride, padding, output padding, dilation and groups
   */
  public LazyConvTranspose3d(
      long outChannels,
      long[] kernel,
      TransposedConvolutionOptions options,
      boolean bias,
      Placement placement) {
    super(3, outChannels, kernel, options, bias, placement);
  }

  @Override
  protected ConvTranspose3d make(long features) {
    return new ConvTranspose3d(features, outChannels, kernel, options, bias, placement);
  }

  @Override
  protected long featuresOf(Tensor tensor) {
    return tensor.size(0);
  }
}

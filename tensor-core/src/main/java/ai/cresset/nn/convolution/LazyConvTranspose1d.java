package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.tensor.Tensor;

/**
 * A {@link ConvTranspose1d} that takes its input channels from the first input ({@code
 * torch.nn.LazyConvTranspose1d}). Input {@code [batch, channels, length]} or without batch, output
 * {@code [batch, outChannels, length]}.
 */
public final class LazyConvTranspose1d
    extends LazyConvolution<ConvTranspose1d, TransposedConvolutionOptions> {
  /** With a bias, stride 1 and no padding. */
  public LazyConvTranspose1d(long outChannels, long kernel) {
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
  public LazyConvTranspose1d(
      long outChannels,
      long[] kernel,
      TransposedConvolutionOptions options,
      boolean bias,
      Placement placement) {
    super(1, outChannels, kernel, options, bias, placement);
  }

  @Override
  protected ConvTranspose1d make(long features) {
    return new ConvTranspose1d(features, outChannels, kernel, options, bias, placement);
  }

  @Override
  protected long featuresOf(Tensor tensor) {
    return tensor.size(0);
  }
}

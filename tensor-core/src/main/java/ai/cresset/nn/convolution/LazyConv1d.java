package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * A {@link Conv1d} that takes its input channels from the first input ({@code
 * torch.nn.LazyConv1d}). Input {@code [batch, channels, length]} or without batch, output {@code
 * [batch, outChannels, length]}.
 */
public final class LazyConv1d extends LazyConvolution<Conv1d, ConvolutionOptions> {
  private final PaddingMode mode;

  /** With a bias, stride 1 and no padding. */
  public LazyConv1d(long outChannels, long kernel) {
    this(
        outChannels,
        new long[] {kernel},
        ConvolutionOptions.DEFAULT,
        PaddingMode.CONSTANT,
        true,
        Placement.DEFAULT);
  }

  /**
   * A convolution.
   *
   * @param kernel one size for all dimensions, or one for each
   * @param options stride, padding, dilation and groups
   * @param mode what padding consists of
   */
  public LazyConv1d(
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    super(1, outChannels, kernel, options, bias, placement);
    this.mode = mode;
  }

  @Override
  protected Conv1d make(long features) {
    return new Conv1d(features, outChannels, kernel, options, mode, bias, placement);
  }

  @Override
  protected long featuresOf(Tensor tensor) {
    return tensor.size(1) * options.groups();
  }
}

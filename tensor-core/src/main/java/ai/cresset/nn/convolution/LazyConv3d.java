package ai.cresset.nn.convolution;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.tensor.Tensor;

/**
 * A {@link Conv3d} that takes its input channels from the first input ({@code
 * torch.nn.LazyConv3d}). Input {@code [batch, channels, depth, height, width]} or without batch,
 * output {@code [batch, outChannels, depth, height, width]}.
 */
public final class LazyConv3d extends LazyConvolution<Conv3d, ConvolutionOptions> {
  private final PaddingMode mode;

  /** With a bias, stride 1 and no padding. */
  public LazyConv3d(long outChannels, long kernel) {
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
  public LazyConv3d(
      long outChannels,
      long[] kernel,
      ConvolutionOptions options,
      PaddingMode mode,
      boolean bias,
      Placement placement) {
    super(3, outChannels, kernel, options, bias, placement);
    this.mode = mode;
  }

  @Override
  protected Conv3d make(long features) {
    return new Conv3d(features, outChannels, kernel, options, mode, bias, placement);
  }

  @Override
  protected long featuresOf(Tensor tensor) {
    return tensor.size(1) * options.groups();
  }
}

package ai.cresset.nn.convolution;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.LazyLayer;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;

/**
 * What convolutions share that take their input channels from the first input.
 *
 * @param <L> the kind of convolution that is made
 * @param <O> its options
 */
public abstract sealed class LazyConvolution<L extends Layer, O> extends LazyLayer<L>
    permits LazyConv1d,
        LazyConv2d,
        LazyConv3d,
        LazyConvTranspose1d,
        LazyConvTranspose2d,
        LazyConvTranspose3d {
  final long outChannels;
  final long[] kernel;
  final O options;
  final boolean bias;
  final Placement placement;
  private final int spatial;

  LazyConvolution(
      int spatial, long outChannels, long[] kernel, O options, boolean bias, Placement placement) {
    this.spatial = spatial;
    this.outChannels = outChannels;
    this.kernel = kernel.clone();
    this.options = options;
    this.bias = bias;
    this.placement = placement;
  }

  @Override
  protected final long features(Tensor input) {
    if (input.rank() != spatial + 1 && input.rank() != spatial + 2) {
      throw ShapeException.mismatch(
          getClass().getSimpleName(),
          "an input of rank " + (spatial + 2) + " (or without batch)",
          input.shape());
    }
    return input.size(input.rank() - spatial - 1);
  }

  @Override
  protected final String teller() {
    return "weight";
  }

  @Override
  protected final int tellerRank() {
    return 2;
  }

  @Override
  protected final String settings() {
    return "? -> " + outChannels;
  }
}

package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.convolution.Conv1d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Two dilated convolutions that see no later step than their own, and the way around them: {@code
 * [batch, channels, length]} to {@code [batch, width, length]}. Children {@code conv1}, {@code
 * conv2}, {@code dropout} and, where the channels change, {@code downsample}.
 */
final class TemporalBlock extends Layer {
  private final Conv1d conv1;
  private final Conv1d conv2;
  private final Dropout dropout;
  private final @Nullable Conv1d downsample;
  private final long before;

  TemporalBlock(
      long channels, long width, int kernel, int dilation, double drop, Placement placement) {
    ConvolutionOptions spread = ConvolutionOptions.DEFAULT.dilation(dilation);
    conv1 = child("conv1", new Conv1d(channels, width, kernel, spread, true, placement));
    conv2 = child("conv2", new Conv1d(width, width, kernel, spread, true, placement));
    dropout = child("dropout", new Dropout(drop));
    downsample =
        channels == width
            ? null
            : child(
                "downsample",
                new Conv1d(channels, width, 1, ConvolutionOptions.DEFAULT, true, placement));
    before = (long) (kernel - 1) * dilation;
  }

  @Override
  protected Tensor forward(Tensor steps) {
    Tensor first = dropout.call(conv1.call(Padding.pad(steps, before, 0)).relu());
    Tensor second = dropout.call(conv2.call(Padding.pad(first, before, 0)).relu());
    return second.add(downsample == null ? steps : downsample.call(steps)).relu();
  }
}
